import { addComments, alive, audit, demoPassword, expect, makeArticle, signIn, sql, test } from "../fixtures.ts";

test("staff sign in, and wrong tries tell nothing", async ({ page, expectStatus }) => {
  expectStatus(422);
  await signIn(page, "lan", "không phải mật khẩu này");
  const summary = page.getByRole("alert").filter({ hasText: "Có chỗ cần sửa" });
  await expect(summary).toContainText("Tên đăng nhập hoặc mật khẩu chưa đúng");
  await signIn(page, "khong-co-ai", "không phải mật khẩu này");
  await expect(summary).toContainText("Tên đăng nhập hoặc mật khẩu chưa đúng");
  await audit(page);
  await expect(page.getByLabel("Tên đăng nhập")).toHaveAttribute("autocomplete", "username");
  await expect(page.getByLabel("Mật khẩu")).toHaveAttribute("autocomplete", "current-password");
  await page.getByLabel("Tên đăng nhập").fill("quantri");
  await page.getByLabel("Mật khẩu").fill(demoPassword());
  await page.getByRole("button", { name: "Đăng nhập" }).click();
  await expect(page.getByRole("heading", { name: "Bàn duyệt" })).toBeVisible();
  const session = (await page.context().cookies()).find(({ name }) => name === "phien")!;
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  await page.getByRole("button", { name: "Đăng xuất" }).click();
  await expect(page.getByLabel("Mật khẩu")).toBeVisible();
  await page.context().addCookies([session]);
  await page.reload();
  await expect(page.getByLabel("Mật khẩu"), "the server ended the session").toBeVisible();
});

test("the queue: oldest first, decided in place, live", async ({ page, another, staffState }) => {
  sql("update comments set state = 'rejected' where state = 'held'");
  const article = makeArticle();
  addComments(article.id, [
    { name: "Người thứ nhất", body: "Ý kiến thứ nhất đang chờ.", state: "held" },
    { name: "Người thứ hai", body: "Ý kiến thứ hai đang chờ.", state: "held" },
  ]);
  const desk = await another(staffState);
  await desk.goto("/quan-tri");
  await alive(desk);
  const cards = desk.locator(".queue-card");
  await expect(cards).toHaveCount(2);
  await expect(cards.first()).toContainText("Người thứ nhất");
  await expect(cards.first().getByRole("link", { name: article.title })).toHaveAttribute("href", article.path);
  await audit(desk);
  await cards.first().getByRole("button", { name: "Từ chối" }).click();
  await expect(cards.first()).toContainText("Chị Lan đã từ chối lúc");
  await expect(cards).toHaveCount(2);
  addComments(article.id, [{ name: "Người thứ ba", body: "Ý kiến thứ ba vừa tới.", state: "held" }]);
  await expect(cards).toHaveCount(3);
  await expect(cards.last()).toContainText("Người thứ ba");
  await expect(desk.locator(".badge")).toHaveText("2");
  await cards.nth(1).getByRole("button", { name: "Duyệt" }).click();
  await expect(cards.nth(1)).toContainText("Chị Lan đã duyệt lúc");
  await page.goto(article.path);
  await expect(page.getByText("Ý kiến thứ hai đang chờ.")).toBeVisible();
  await expect(page.getByText("Ý kiến thứ nhất đang chờ.")).toHaveCount(0);
  expect(sql(`select action from audit where comment_id in (select id from comments where article_id = ${article.id}) order by id`)).toEqual(["reject", "approve"]);
});

test("two moderators: the later decision is told who was first", async ({ another, staffState, expectStatus }) => {
  sql("update comments set state = 'rejected' where state = 'held'");
  const article = makeArticle();
  addComments(article.id, [{ body: "Hai người cùng duyệt ý kiến này.", state: "held" }]);
  const [one, two] = [await another(staffState), await another(staffState)];
  expectStatus(409);
  for (const desk of [one, two]) {
    await desk.goto("/quan-tri");
    await alive(desk);
  }
  // the second has not heard yet: live news is held back
  await two.getByRole("button", { name: "Tạm dừng" }).click();
  await one.getByRole("button", { name: "Duyệt" }).click();
  await expect(one.locator(".queue-card")).toContainText("Chị Lan đã duyệt lúc");
  const refused = two.waitForResponse("**/api/decide");
  const { watching } = await import("../fixtures.ts");
  watching.get(two)!.expected.add(409);
  await two.getByRole("button", { name: "Từ chối" }).click();
  expect((await refused).status()).toBe(409);
  await expect(two.locator(".queue-card")).toContainText("Chị Lan đã duyệt lúc");
  await two.getByRole("button", { name: "Tiếp tục" }).click();
  await expect(two.getByRole("button", { name: "Gỡ" })).toBeVisible();
  expect(sql(`select count(*) from audit where comment_id in (select id from comments where article_id = ${article.id})`)).toEqual(["1"]);
});

test("fifty a page, with a way on", async ({ another, staffState }) => {
  sql("update comments set state = 'rejected' where state = 'held'");
  const article = makeArticle();
  addComments(article.id, Array.from({ length: 55 }, (_, n) => ({ body: `Ý kiến chờ duyệt số ${n + 1}.`, state: "held" as const })));
  const desk = await another(staffState);
  await desk.goto("/quan-tri");
  await expect(desk.locator(".queue-card")).toHaveCount(50);
  const next = desk.getByRole("link", { name: "Trang sau" });
  await expect(next).toHaveAttribute("rel", "next");
  await next.click();
  await expect(desk.locator(".queue-card").first()).toContainText("số 51.");
  await expect(desk.locator(".queue-card")).toHaveCount(5);
  sql("update comments set state = 'rejected' where state = 'held'");
});

test("votes that look like a program's wait until staff let them in", async ({ page, another, staffState }) => {
  const article = makeArticle();
  sql(`insert into votes (article_id, visitor, stars, held) select ${article.id}, sha256(convert_to('p' || n || '-${article.id}', 'UTF8')), 5, true from generate_series(1, 2) n`);
  await page.goto(article.path);
  await alive(page);
  await expect(page.locator(".score-line")).toHaveText("Xếp hạng: 4.7 - 26 phiếu bầu");
  const desk = await another(staffState);
  await desk.goto("/quan-tri");
  await desk.getByRole("link", { name: /^Đánh giá/ }).click();
  const card = desk.locator(".queue-card", { hasText: article.title });
  await expect(card).toContainText("2 đánh giá chờ kiểm tra, trung bình 5.0");
  await expect(card).toContainText("Điểm hiện tại: 4.7 (26 phiếu). Nếu tính thêm: 4.7 (28 phiếu).");
  await card.getByRole("button", { name: "Tính vào" }).click();
  await expect(card).toHaveCount(0);
  await expect(page.locator(".score-line")).toHaveText("Xếp hạng: 4.7 - 28 phiếu bầu", { timeout: 1500 });
  expect(sql(`select action from audit where detail->>'article' = '${article.id}'`)).toEqual(["admit-votes"]);
});
