import * as fs from "node:fs";
import * as path from "node:path";
import { HELD, addComments, demoPassword, emptyQueue, expect, fillComment, makeArticle, signIn, sql, test, watching } from "../fixtures.ts";

test("deciding without script: approved, taken back, and a conflict told", async ({ page, another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  const [id] = addComments(article.id, [{ name: "Lê Thảo", body: "Ý kiến duyệt không cần script.", state: "held" }]);
  const [desk, late] = [await another(staffState), await another(staffState)];
  await desk.goto("/quan-tri");
  await late.goto("/quan-tri");
  await desk.getByRole("button", { name: "Duyệt", exact: true }).click();
  await expect(desk).toHaveURL(/\/quan-tri\?xong=\d+#ban-duyet$/);
  await expect(desk.getByText("Không còn ý kiến nào chờ duyệt.")).toBeVisible();
  await page.goto(article.path);
  await expect(page.locator(`#y-kien-${id}`)).toContainText("Ý kiến duyệt không cần script.");
  await expect(page.getByRole("button", { name: "Gỡ" })).toHaveCount(0);
  watching.get(late)!.expected.add(409);
  const refused = late.waitForResponse((response) => response.url().includes("loi="));
  await late.getByRole("button", { name: "Từ chối", exact: true }).click();
  expect((await refused).status()).toBe(409);
  await expect(late.getByRole("alert").first()).toContainText("Bạn đã duyệt lúc");
  await desk.goto("/quan-tri?muc=da-dang");
  await expect(desk.locator(".queue-card").first()).toContainText("Ý kiến duyệt không cần script.");
  // where it stands; who comes second is told there too
  await desk.goto(article.path);
  await late.goto(article.path);
  await desk.getByRole("button", { name: "Gỡ" }).click();
  await late.getByRole("button", { name: "Gỡ" }).click();
  await expect(late.getByRole("alert").filter({ hasText: "Bạn đã gỡ lúc" })).toBeInViewport();
  await page.reload();
  await expect(page.locator(`#y-kien-${id}`)).toHaveCount(0);
});

test("the demo's sign-in is its owner's alone to read", () => {
  const mode = fs.statSync(path.join(process.env.LOA_DATA_DIR!, "demo-sign-in.txt")).mode;
  expect((mode & 0o777).toString(8)).toBe("600");
});

test("a stranger decides nothing", async ({ page, request }) => {
  const article = makeArticle();
  const [id] = addComments(article.id, [{ body: "Ý kiến của người lạ gửi.", state: "held" }]);
  const answer = await request.post("/api/decide", { form: { comment_id: id, version: 1, decision: "approve" }, headers: { "sec-fetch-site": "same-origin", accept: "application/json" } });
  expect(answer.status()).toBe(401);
  await page.goto(article.path);
  await expect(page.locator(".comment")).toHaveCount(0);
});

test("votes that look like a program's wait until staff let them in", async ({ page, another, staffState }) => {
  const article = makeArticle();
  sql(`insert into votes (article_id, visitor, stars, held) select ${article.id}, sha256(convert_to('p' || n || '-${article.id}', 'UTF8')), 5, true from generate_series(1, 2) n`);
  await page.goto(article.path);
  await expect(page.locator(".score-line")).toHaveText("Xếp hạng: 4.7 - 26 phiếu bầu");
  const desk = await another(staffState);
  await desk.goto("/quan-tri");
  await desk.getByRole("link", { name: /^Đánh giá/ }).click();
  const card = desk.locator(".queue-card", { hasText: article.title });
  await expect(card).toContainText("2 đánh giá chờ kiểm tra, trung bình 5.0");
  await expect(card).toContainText("Điểm hiện tại: 4.7 (26 phiếu). Nếu tính thêm: 4.7 (28 phiếu).");
  await card.getByRole("button", { name: "Tính vào" }).click();
  await expect(card).toHaveCount(0);
  await page.reload();
  await expect(page.locator(".score-line")).toHaveText("Xếp hạng: 4.7 - 28 phiếu bầu");
  expect(sql(`select action from audit where subject = 'article' and subject_id = ${article.id}`)).toEqual(["admit-votes"]);
});

test("the whole queue without script: found, chosen, confirmed, undone", async ({ another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, Array.from({ length: 12 }, (_, n) => ({ name: `Người ${n + 1}`, body: `Đường hẻm số ${n + 1} cần sửa gấp.`, state: "held" as const })));
  addComments(article.id, [{ name: "Người khác", body: "Nước yếu vào buổi tối.", state: "held" }]);
  const states = () => sql(`select string_agg(state || ':' || count, ' ' order by state) from (select state, count(*) from comments where article_id = ${article.id} group by state) s`)[0];
  const desk = await another(staffState);
  await desk.goto("/quan-tri");
  await desk.getByRole("searchbox").fill("duong hem");
  await desk.getByRole("button", { name: "Tìm" }).click();
  await expect(desk).toHaveURL(/tim=duong\+hem/);
  await expect(desk.getByText("12 ý kiến khớp.")).toBeVisible();
  const cards = desk.locator(".queue-card");
  await expect(cards).toHaveCount(12);
  for (const box of await cards.getByRole("checkbox").all()) await box.check();
  watching.get(desk)!.expected.add(428);
  await desk.getByRole("combobox", { name: "Lý do", exact: true }).fill("Đã trả lời ở bài khác");
  await desk.getByRole("button", { name: "Từ chối mục đã chọn" }).click();
  await expect(desk.getByText("Bạn sắp quyết định 12 ý kiến cùng lúc.")).toBeVisible();
  expect(states()).toBe("held:13");
  await expect(cards.first().getByRole("checkbox")).toBeChecked();
  // one of them is withdrawn meanwhile: it stays as it is, and that is told
  sql(`update comments set state = 'removed', version = version + 1, withdrawn_at = now(), decided_at = now() where article_id = ${article.id} and name = 'Người 12'`);
  await desk.getByRole("button", { name: "Từ chối 12 ý kiến" }).click();
  await expect(desk.getByText("Bạn đã quyết định 11 ý kiến. 1 ý kiến đã có người quyết định trước, nên giữ nguyên.")).toBeVisible();
  expect(states()).toBe("held:1 rejected:11 removed:1");
  expect(sql(`select distinct note from comments where article_id = ${article.id} and state = 'rejected'`)).toEqual(["Đã trả lời ở bài khác"]);
  await desk.goto("/quan-tri");
  await desk.getByRole("button", { name: "Từ chối", exact: true }).click();
  await expect(desk.getByText(/Ý kiến của Người khác: Chị Lan đã từ chối lúc/)).toBeVisible();
  await desk.getByRole("button", { name: "Hoàn tác" }).click();
  await expect(desk.locator(".queue-card")).toContainText("Nước yếu vào buổi tối.");
  // a blocked writer's comments go to a tab of their own
  await desk.getByText("Thêm", { exact: true }).click();
  await desk.getByRole("button", { name: "Chặn người viết" }).click();
  await expect(desk.getByText("Không còn ý kiến nào chờ duyệt.")).toBeVisible();
  await desk.getByRole("link", { name: /^Bị chặn/ }).click();
  await expect(desk.locator(".queue-card")).toContainText("Nước yếu vào buổi tối.");
});

test("what needs a look is marked and explained, and an administrator edits the list", async ({ page, another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  await page.goto(article.path);
  await fillComment(page, { name: "Lê Văn Tám", body: "Đồ ó.c c.h.ó này, gọi 0912 345 678 hoặc vào shop-gia-re.com mua đi <b>." });
  await page.getByRole("button", { name: "Gửi ý kiến" }).click();
  await expect(page.getByText(HELD)).toBeVisible();
  const moderator = await another(staffState);
  await moderator.goto("/quan-tri?ly_do=word");
  const card = moderator.locator(".queue-card");
  await expect(card).toContainText("Cần xem: giống từ trong danh sách · có liên kết · có thông tin cá nhân");
  await expect(card.locator("mark")).toHaveText(["ó.c c.h.ó", "0912 345 678", "shop-gia-re.com"]);
  await expect(card.locator(".comment-body")).toHaveText("Đồ ó.c c.h.ó này, gọi 0912 345 678 hoặc vào shop-gia-re.com mua đi <b>.");
  await moderator.goto("/quan-tri?ly_do=trap");
  await expect(moderator.getByText("Không có ý kiến nào khớp.")).toBeVisible();
  await expect(moderator.getByRole("link", { name: "Từ ngữ" })).toHaveCount(0);
  const refused = await moderator.request.post("/api/add-words", { form: { words: "từ lạ" }, headers: { "sec-fetch-site": "same-origin", accept: "application/json" } });
  expect(refused.status()).toBe(403);
  const administrator = await another();
  await signIn(administrator, "quantri", demoPassword());
  await administrator.getByRole("link", { name: "Từ ngữ" }).click();
  await administrator.getByLabel(/^Mỗi dòng một từ/).fill("cá mập bay\ncá voi đất");
  await administrator.getByRole("button", { name: "Thêm" }).click();
  await administrator.getByLabel("Câu cần thử").fill("Thấy c4 m4p b4y ở hồ, gọi 0912345678.");
  await administrator.getByRole("button", { name: "Thử" }).click();
  await expect(administrator.getByText("“c4 m4p b4y” khớp với “cá mập bay”, viết khác đi")).toBeVisible();
  await expect(administrator.locator(".tried")).toContainText("có thông tin cá nhân");
  await administrator.getByRole("searchbox").fill("ca map");
  await administrator.getByRole("button", { name: "Tìm" }).click();
  await administrator.getByRole("button", { name: "Bỏ cá mập bay" }).click();
  await administrator.goto("/quan-tri?muc=tu-ngu&thu=cá+mập+bay");
  await expect(administrator.getByText("Không có gì khớp.")).toBeVisible();
  expect(sql("select action from audit where subject = 'words' order by number")).toEqual(["add-words", "remove-word"]);
});

test("an official answer is published at once, marked, with what it answers", async ({ page, another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ name: "Lê Thảo", body: "Khi nào khu phố 3 có nước lại ạ?", state: "held" }]);
  const desk = await another(staffState);
  await desk.goto("/quan-tri");
  await desk.getByText("Thêm", { exact: true }).click();
  watching.get(desk)!.expected.add(422);
  await desk.getByLabel("Trả lời chính thức").fill("Ngắn");
  await desk.getByRole("button", { name: "Duyệt và trả lời" }).click();
  await expect(desk.getByRole("alert").first()).toBeVisible();
  await desk.getByText("Thêm", { exact: true }).click();
  await expect(desk.getByLabel("Trả lời chính thức"), "what was typed is still there").toHaveValue("Ngắn");
  await desk.getByLabel("Trả lời chính thức").fill("Nước có lại từ 11 giờ hôm nay.");
  await desk.getByRole("button", { name: "Duyệt và trả lời" }).click();
  await expect(desk.getByText("Không còn ý kiến nào chờ duyệt.")).toBeVisible();
  await page.goto(article.path);
  const reply = page.locator(".from-office");
  await expect(reply).toContainText("Ủy ban nhân dân phường Hiệp Ninh");
  await expect(reply).toContainText("Trả lời chính thức");
  await expect(reply).toContainText("Nước có lại từ 11 giờ hôm nay.");
  await expect(page.getByText("Khi nào khu phố 3 có nước lại ạ?")).toBeVisible();
});
