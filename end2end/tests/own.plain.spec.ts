import { HELD, addComments, emptyQueue, expect, fillComment, makeArticle, sql, test } from "../fixtures.ts";

test("a writer follows, corrects, withdraws and erases without an account", async ({ page, another, staffState, expectStatus }) => {
  emptyQueue();
  const article = makeArticle();
  await page.goto(article.path);
  await fillComment(page, { name: "Lê Thảo", body: "Mong sửa đèn đường hẽm 12." });
  await page.getByRole("button", { name: "Gửi ý kiến" }).click();
  await expect(page.getByText(HELD)).toBeVisible();
  await page.getByRole("link", { name: "Theo dõi, sửa hoặc rút" }).click();
  await expect(page).toHaveURL(/\/y-kien-cua-toi\/[\w-]{22}$/);
  const link = page.url();
  await expect(page.getByText("Ý kiến của bạn đang chờ duyệt.")).toBeVisible();
  // to its writer alone: nobody keeps it, finds it, or hears of its address
  const answer = await page.request.get(link);
  expect(answer.headers()["cache-control"]).toBe("private, no-store");
  expect(answer.headers()["referrer-policy"]).toBe("same-origin");
  expect(await answer.text()).toContain('<meta name="robots" content="noindex">');
  expect(sql(`select count(*) from comments where position('${link.split("/").pop()}' in comments::text) > 0`)).toEqual(["0"]);
  // wrong first: what was typed stays
  expectStatus(422);
  await page.getByLabel("Nội dung").fill("ngắn");
  await page.getByRole("button", { name: "Gửi bản đã sửa" }).click();
  await expect(page.getByRole("alert")).toContainText("Nhập nội dung ít nhất 10 ký tự");
  await expect(page.getByLabel("Nội dung")).toHaveValue("ngắn");
  await page.getByLabel("Nội dung").fill("Mong sửa đèn đường hẻm 12.");
  await page.getByRole("button", { name: "Gửi bản đã sửa" }).click();
  await expect(page.locator(".comment-body")).toHaveText("Mong sửa đèn đường hẻm 12.");
  const desk = await another(staffState);
  await desk.goto("/quan-tri");
  await expect(desk.locator(".queue-card")).toContainText("Mong sửa đèn đường hẻm 12.");
  await desk.getByRole("combobox", { name: "Lý do nếu từ chối" }).fill("Trùng với ý kiến đã gửi");
  await desk.getByRole("button", { name: "Từ chối", exact: true }).click();
  await page.goto(link);
  await expect(page.getByText("Ý kiến của bạn không được đăng.")).toBeVisible();
  await expect(page.getByText("Lý do: Trùng với ý kiến đã gửi")).toBeVisible();
  await expect(page.getByRole("button", { name: "Gửi bản đã sửa" })).toHaveCount(0);
  await desk.getByRole("button", { name: "Hoàn tác" }).click();
  await desk.getByRole("button", { name: "Duyệt", exact: true }).click();
  const reader = await another();
  await reader.goto(article.path);
  await expect(reader.getByText("Mong sửa đèn đường hẻm 12.")).toBeVisible();
  await page.goto(link);
  await page.getByRole("button", { name: "Rút ý kiến này" }).click();
  await expect(page.getByText("Bạn đã rút ý kiến này.")).toBeVisible();
  await reader.reload();
  await expect(reader.getByText("Mong sửa đèn đường hẻm 12.")).toHaveCount(0);
  await page.getByRole("button", { name: "Xóa mọi dữ liệu của tôi" }).click();
  await expect(page.getByText("đã được xóa.")).toBeVisible();
  expect(sql(`select name from comments where article_id = ${article.id}`)).toEqual(["Đã xóa"]);
  expectStatus(404);
  expect((await page.goto(link))!.status()).toBe(404);
});

test("a link opens one comment, and no other visitor is shown it", async ({ page, another }) => {
  const article = makeArticle();
  await page.goto(article.path);
  await fillComment(page, { body: "Ý kiến chỉ tôi thấy khi đang chờ." });
  await page.getByRole("button", { name: "Gửi ý kiến" }).click();
  await expect(page.getByRole("link", { name: "Theo dõi, sửa hoặc rút" })).toBeVisible();
  addComments(article.id, [{ name: "Người khác", body: "Ý kiến của người khác đang chờ.", state: "held" }]);
  await page.reload();
  await expect(page.getByRole("link", { name: "Theo dõi, sửa hoặc rút" })).toHaveCount(1);
  const other = await another();
  await other.goto(article.path);
  await expect(other.getByRole("link", { name: "Theo dõi, sửa hoặc rút" })).toHaveCount(0);
});
