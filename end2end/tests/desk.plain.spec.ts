import * as fs from "node:fs";
import * as path from "node:path";
import { demoPassword, expect, test, watching } from "../fixtures.ts";
import { addComments, addSuspiciousVotes, emptyQueue, makeArticle, withdrawComment } from "../data.ts";
import { actionsOnArticle, actionsOnTerms, commentStates, rejectionNotes } from "../state.ts";
import { signIn } from "../pages/account.ts";
import { PENDING, onArticle } from "../pages/article.ts";
import {
  OVERVIEW,
  QUEUE,
  TERMS,
  cardWith,
  enterRoom,
  nothingWaits,
  openRooms,
  rejectAll,
  roomLink,
  cards,
  confirmation,
  decisions,
  search,
  tab,
} from "../pages/desk.ts";

test("deciding without script: approved, taken back, and a conflict told", async ({ page, another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  const [id] = addComments(article.id, [{ name: "Lê Thảo", body: "Ý kiến duyệt không cần script.", state: "pending" }]);
  const [desk, late] = [await another(staffState), await another(staffState)];
  await desk.goto(QUEUE);
  await late.goto(QUEUE);
  await decisions(desk).approve.click();
  await expect(desk).toHaveURL(/\/quan-tri\/y-kien\?xong=\d+#ban-duyet$/);
  await expect(nothingWaits(desk)).toBeVisible();
  await page.goto(article.path);
  await expect(onArticle(page).comment(id)).toContainText("Ý kiến duyệt không cần script.");
  await expect(onArticle(page).takeDown).toHaveCount(0);
  watching.get(late)!.expected.add(409);
  const refused = late.waitForResponse((response) => response.url().includes("loi="));
  await decisions(late).reject.click();
  expect((await refused).status()).toBe(409);
  await expect(late.getByRole("alert").first()).toContainText("Bạn đã duyệt lúc");
  await desk.goto(`${QUEUE}?muc=da-dang`);
  await expect(cards(desk).first()).toContainText("Ý kiến duyệt không cần script.");
  // where it stands; who comes second is told there too
  await desk.goto(article.path);
  await late.goto(article.path);
  await onArticle(desk).takeDown.click();
  await onArticle(late).takeDown.click();
  await expect(late.getByRole("alert").filter({ hasText: "Bạn đã gỡ lúc" })).toBeInViewport();
  await page.reload();
  await expect(onArticle(page).comment(id)).toHaveCount(0);
});

test("the demo's sign-in is its owner's alone to read", () => {
  const mode = fs.statSync(path.join(process.env.LOA_DATA_DIR!, "demo-sign-in.txt")).mode;
  expect((mode & 0o777).toString(8)).toBe("600");
});

test("a stranger decides nothing", async ({ page, request }) => {
  const article = makeArticle();
  const [id] = addComments(article.id, [{ body: "Ý kiến của người lạ gửi.", state: "pending" }]);
  const answer = await request.post("/api/decide", {
    form: { comment_id: id, version: 1, decision: "approve" },
    headers: { "sec-fetch-site": "same-origin", accept: "application/json" },
  });
  expect(answer.status()).toBe(401);
  await page.goto(article.path);
  await expect(onArticle(page).comments).toHaveCount(0);
});

test("votes that look like a program's wait until staff let them in", async ({ page, another, staffState }) => {
  const article = makeArticle();
  addSuspiciousVotes(article.id, [5, 5]);
  await page.goto(article.path);
  await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 4.7 - 26 phiếu bầu");
  const desk = await another(staffState);
  await desk.goto(OVERVIEW);
  await enterRoom(desk, "Đánh giá");
  const card = cardWith(desk, article.title);
  await expect(card).toContainText("2 đánh giá chờ kiểm tra, trung bình 5.0");
  await expect(card).toContainText("Điểm hiện tại: 4.7 (26 phiếu). Nếu tính thêm: 4.7 (28 phiếu).");
  await decisions(card).admit.click();
  await expect(card).toHaveCount(0);
  await page.reload();
  await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 4.7 - 28 phiếu bầu");
  expect(actionsOnArticle(article.id)).toEqual(["admit-votes"]);
});

test("the whole queue without script: found, chosen, confirmed, undone", async ({ another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  const ids = addComments(
    article.id,
    Array.from({ length: 12 }, (_, n) => ({
      name: `Người ${n + 1}`,
      body: `Đường hẻm số ${n + 1} cần sửa gấp.`,
      state: "pending" as const,
    })),
  );
  addComments(article.id, [{ name: "Người khác", body: "Nước yếu vào buổi tối.", state: "pending" }]);
  const states = () => commentStates(article.id);
  const desk = await another(staffState);
  await desk.goto(QUEUE);
  await search(desk).fill("duong hem");
  await desk.getByRole("button", { name: "Tìm" }).click();
  await expect(desk).toHaveURL(/tim=duong\+hem/);
  await expect(desk.getByText("12 ý kiến khớp.")).toBeVisible();
  const queue = cards(desk);
  await expect(queue).toHaveCount(12);
  for (const box of await queue.getByRole("checkbox").all()) await box.check();
  watching.get(desk)!.expected.add(428);
  await desk.getByRole("combobox", { name: "Lý do", exact: true }).fill("Đã trả lời ở bài khác");
  await desk.getByRole("button", { name: "Từ chối mục đã chọn" }).click();
  await expect(confirmation(desk, 12)).toBeVisible();
  expect(states()).toEqual(Array(13).fill("pending"));
  await expect(queue.first().getByRole("checkbox")).toBeChecked();
  // one of them is withdrawn meanwhile: it stays as it is, and that is told
  withdrawComment(ids[11]);
  await rejectAll(desk, 12).click();
  await expect(
    desk.getByText("Bạn đã quyết định 11 ý kiến. 1 ý kiến đã có người quyết định trước, nên giữ nguyên."),
  ).toBeVisible();
  expect(states()).toEqual([...Array(11).fill("rejected"), "removed", "pending"]);
  expect(rejectionNotes(article.id)).toEqual(["Đã trả lời ở bài khác"]);
  await desk.goto(QUEUE);
  await decisions(desk).reject.click();
  await expect(desk.getByText(/Ý kiến của Người khác: Chị Lan đã từ chối lúc/)).toBeVisible();
  await decisions(desk).undo.click();
  await expect(cards(desk)).toContainText("Nước yếu vào buổi tối.");
  // a blocked writer's comments go to a tab of their own
  await decisions(desk).more.click();
  await desk.getByRole("button", { name: "Chặn người viết" }).click();
  await expect(nothingWaits(desk)).toBeVisible();
  await tab(desk, "Bị chặn").click();
  await expect(cards(desk)).toContainText("Nước yếu vào buổi tối.");
});

test("what needs a look is marked and explained, and an administrator edits the list", async ({
  page,
  another,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  await page.goto(article.path);
  await onArticle(page).fill({
    name: "Lê Văn Tám",
    body: "Đồ ó.c c.h.ó này, gọi 0912 345 678 hoặc vào shop-gia-re.com mua đi <b>.",
  });
  await onArticle(page).send.click();
  await expect(page.getByText(PENDING)).toBeVisible();
  const moderator = await another(staffState);
  await moderator.goto(`${QUEUE}?ly_do=term`);
  const card = cards(moderator);
  await expect(card).toContainText("Cần xem: giống từ trong danh sách · có liên kết · có thông tin cá nhân");
  await expect(card.locator("mark")).toHaveText(["ó.c c.h.ó", "0912 345 678", "shop-gia-re.com"]);
  await expect(card.locator(".comment-body")).toHaveText(
    "Đồ ó.c c.h.ó này, gọi 0912 345 678 hoặc vào shop-gia-re.com mua đi <b>.",
  );
  await moderator.goto(`${QUEUE}?ly_do=trap`);
  await expect(moderator.getByText("Không có ý kiến nào khớp.")).toBeVisible();
  await openRooms(moderator);
  await expect(roomLink(moderator, "Từ ngữ")).toHaveCount(0);
  const refused = await moderator.request.post("/api/add-terms", {
    form: { terms: "từ lạ" },
    headers: { "sec-fetch-site": "same-origin", accept: "application/json" },
  });
  expect(refused.status()).toBe(403);
  const administrator = await another();
  await signIn(administrator, "quantri", demoPassword());
  await enterRoom(administrator, "Từ ngữ");
  await administrator.getByLabel(/^Mỗi dòng một từ/).fill("cá mập bay\ncá voi đất");
  await administrator.getByRole("button", { name: "Thêm" }).click();
  await administrator.getByLabel("Câu cần thử").fill("Thấy c4 m4p b4y ở hồ, gọi 0912345678.");
  await administrator.getByRole("button", { name: "Thử" }).click();
  await expect(administrator.getByText("“c4 m4p b4y” khớp với “cá mập bay”, viết khác đi")).toBeVisible();
  await expect(administrator.locator(".tried")).toContainText("có thông tin cá nhân");
  await search(administrator).fill("ca map");
  await administrator.getByRole("button", { name: "Tìm" }).click();
  await administrator.getByRole("button", { name: "Bỏ cá mập bay" }).click();
  await administrator.goto(`${TERMS}?thu=cá+mập+bay`);
  await expect(administrator.getByText("Không có gì khớp.")).toBeVisible();
  expect(actionsOnTerms()).toEqual(["add-terms", "remove-term"]);
});

test("an official answer is published at once, marked, with what it answers", async ({ page, another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ name: "Lê Thảo", body: "Khi nào khu phố 3 có nước lại ạ?", state: "pending" }]);
  const desk = await another(staffState);
  await desk.goto(QUEUE);
  await decisions(desk).more.click();
  watching.get(desk)!.expected.add(422);
  await decisions(desk).answer.fill("Ngắn");
  await decisions(desk).approveAndAnswer.click();
  await expect(desk.getByRole("alert").first()).toBeVisible();
  await decisions(desk).more.click();
  await expect(decisions(desk).answer, "what was typed is still there").toHaveValue("Ngắn");
  await decisions(desk).answer.fill("Nước có lại từ 11 giờ hôm nay.");
  await decisions(desk).approveAndAnswer.click();
  await expect(nothingWaits(desk)).toBeVisible();
  await page.goto(article.path);
  const reply = page.locator(".from-office");
  await expect(reply).toContainText("Ủy ban nhân dân phường Hiệp Ninh");
  await expect(reply).toContainText("Trả lời chính thức");
  await expect(reply).toContainText("Nước có lại từ 11 giờ hôm nay.");
  await expect(page.getByText("Khi nào khu phố 3 có nước lại ạ?")).toBeVisible();
});
