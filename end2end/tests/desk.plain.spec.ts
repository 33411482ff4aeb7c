import * as fs from "node:fs";
import * as path from "node:path";
import { demoPassword, expect, expectStatusOn, test } from "../fixtures.ts";
import { addComments, addSuspiciousVotes, emptyQueue, makeArticle, withdrawComment } from "../data.ts";
import { actionsOnArticle, actionsOnTerms, commentStates, rejectionNotes } from "../state.ts";
import { site } from "../pages/site.ts";
import { onArticle } from "../pages/article.ts";
import { comments } from "../pages/comments.ts";
import { signIn } from "../pages/account.ts";
import { OVERVIEW, QUEUE, TERMS, enterRoom, openMenu, roomLink } from "../pages/desk.ts";
import { details } from "../pages/commentDetails.ts";
import { bulkBar, card, cardWith, cards, commentsRoom } from "../pages/moderation.ts";
import { termsRoom } from "../pages/rooms.ts";

test("a moderator approves and removes without script, and a conflicting decision is refused", async ({
  page,
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  const [id] = addComments(article.id, [{ name: "Lê Thảo", body: "Ý kiến duyệt không cần script.", state: "pending" }]);
  const [desk, late] = [await openBrowser(staffState), await openBrowser(staffState)];
  await desk.goto(QUEUE);
  await late.goto(QUEUE);
  await card(desk).approve.click();
  await expect(desk).toHaveURL(/\/quan-tri\/y-kien\?xong=\d+#ban-duyet$/);
  await expect(commentsRoom(desk).nothingPending).toBeVisible();
  await page.goto(article.path);
  await expect(comments(page).byId(id)).toContainText("Ý kiến duyệt không cần script.");
  await expect(comments(page).remove).toHaveCount(0);
  expectStatusOn(late, 409);
  const refused = late.waitForResponse((response) => response.url().includes("loi="));
  await card(late).refuse();
  expect((await refused).status()).toBe(409);
  await expect(site(late).alert.first()).toContainText(
    /Ông\/bà đã duyệt trước, lúc .* Lần bấm Từ chối không có tác dụng\./,
  );
  await desk.goto(`${QUEUE}?muc=da-dang`);
  await expect(cards(desk).first()).toContainText("Ý kiến duyệt không cần script.");
  // the buttons under the published comment report conflicts too
  await desk.goto(article.path);
  await late.goto(article.path);
  await comments(desk).remove.click();
  await comments(late).remove.click();
  await expect(site(late).alertWith("Ông/bà đã gỡ trước, lúc")).toBeInViewport();
  await page.reload();
  await expect(comments(page).byId(id)).toHaveCount(0);
});

test("only the owner can read the file with the demo's sign-in", () => {
  const mode = fs.statSync(path.join(process.env.LOA_DATA_DIR!, "demo-sign-in.txt")).mode;
  expect((mode & 0o777).toString(8)).toBe("600");
});

test("an anonymous request cannot decide about a comment", async ({ page, request }) => {
  const article = makeArticle();
  const [id] = addComments(article.id, [{ body: "Ý kiến của người lạ gửi.", state: "pending" }]);
  const response = await request.post("/api/decide", {
    form: { comment_id: id, version: 1, decision: "approve" },
    headers: { "sec-fetch-site": "same-origin", accept: "application/json" },
  });
  expect(response.status()).toBe(401);
  await page.goto(article.path);
  await expect(comments(page).all).toHaveCount(0);
});

test("suspicious votes do not count until staff admit them", async ({ page, openBrowser, staffState }) => {
  const article = makeArticle();
  addSuspiciousVotes(article.id, [5, 5]);
  await page.goto(article.path);
  await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 4.7 - 26 phiếu bầu");
  const desk = await openBrowser(staffState);
  await desk.goto(OVERVIEW);
  await enterRoom(desk, "Đánh giá");
  const votes = cardWith(desk, article.title);
  await expect(votes).toContainText("2 đánh giá chờ kiểm tra, trung bình 5.0");
  await expect(votes).toContainText("Điểm hiện tại: 4.7 (26 phiếu). Nếu tính thêm: 4.7 (28 phiếu).");
  await card(votes).admitVotes.click();
  await expect(votes).toHaveCount(0);
  await page.reload();
  await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 4.7 - 28 phiếu bầu");
  expect(actionsOnArticle(article.id)).toEqual(["admit-votes"]);
});

test("search, bulk rejection with confirmation, undo and blocking work without script", async ({
  openBrowser,
  staffState,
}) => {
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
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await commentsRoom(desk).search("duong hem");
  await expect(desk).toHaveURL(/tim=duong\+hem/);
  await expect(commentsRoom(desk).matches(12)).toBeVisible();
  const queue = cards(desk);
  await expect(queue).toHaveCount(12);
  for (const pending of await queue.all()) await card(pending).checkbox.check();
  // a reason for refusing does not go with an approval
  expectStatusOn(desk, 422);
  await bulkBar(desk).openReason();
  await bulkBar(desk).reason.fill("Đã trả lời ở bài khác");
  await bulkBar(desk).closeReasons();
  await bulkBar(desk).approveSelected.click();
  await expect(site(desk).alertWith("Ông/bà đã ghi lý do từ chối")).toBeInViewport();
  expect(states()).toEqual(Array(13).fill("pending"));
  await bulkBar(desk).reasons("Từ chối mục đã chọn").click();
  await expect(bulkBar(desk).reason, "what was typed is still there").toBeVisible();
  await expect(bulkBar(desk).reason).toHaveValue("Đã trả lời ở bài khác");
  expectStatusOn(desk, 428);
  await bulkBar(desk).sendReason.click();
  await expect(bulkBar(desk).confirmation("Từ chối", 12)).toBeVisible();
  await expect(bulkBar(desk).decisions, "the question is answered with the decision that it names").toHaveCount(1);
  expect(states()).toEqual(Array(13).fill("pending"));
  await expect(card(queue.first()).checkbox).toBeChecked();
  // a comment that its writer withdraws before the confirmation is left unchanged and reported
  withdrawComment(ids[11]);
  await bulkBar(desk).confirm("Từ chối", 12).click();
  await expect(bulkBar(desk).decidedExcept(11, 1)).toBeVisible();
  expect(states()).toEqual([...Array(11).fill("rejected"), "removed", "pending"]);
  expect(rejectionNotes(article.id)).toEqual(["Đã trả lời ở bài khác"]);
  // undone as a whole; what the writer withdrew stays withdrawn
  await commentsRoom(desk).justDecided.getByRole("button", { name: "Hoàn tác" }).click();
  await expect(bulkBar(desk).decidedAll(11)).toBeVisible();
  expect(states()).toEqual([...Array(11).fill("pending"), "removed", "pending"]);
  emptyQueue();
  addComments(article.id, [{ name: "Người khác", body: "Nước yếu vào buổi tối.", state: "pending" }]);
  await desk.goto(QUEUE);
  await card(desk).refuse();
  await expect(commentsRoom(desk).decidedBy("Chị Lan", "Người khác", "từ chối")).toBeVisible();
  await card(desk).undo.click();
  await expect(cards(desk)).toContainText("Nước yếu vào buổi tối.");
  await card(desk).showDetails.click();
  await details(desk).block();
  await expect(commentsRoom(desk).nothingPending).toBeVisible();
  await expect(bulkBar(desk).form, "there is nothing to choose").toBeHidden();
  await expect(commentsRoom(desk).justDecided).toContainText("Đã chặn người viết.");
  await card(commentsRoom(desk).justDecided).undo.click();
  await expect(commentsRoom(desk).justDecided).toContainText("Đã bỏ chặn người viết.");
  await expect(cards(desk)).toContainText("Nước yếu vào buổi tối.");
  await card(commentsRoom(desk).justDecided).undo.click();
  await commentsRoom(desk).tab("Bị chặn").click();
  await expect(cards(desk)).toContainText("Nước yếu vào buổi tối.");
});

test("flagged comments show their reasons, and an administrator edits the list of terms", async ({
  page,
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  await page.goto(article.path);
  await comments(page).fill({
    name: "Lê Văn Tám",
    body: "Đồ ó.c c.h.ó này, gọi 0912 345 678 hoặc vào shop-gia-re.com mua đi <b>.",
  });
  await comments(page).send.click();
  await expect(comments(page).pendingNote).toBeVisible();
  const moderator = await openBrowser(staffState);
  await moderator.goto(`${QUEUE}?ly_do=term`);
  const flagged = cards(moderator);
  await expect(flagged).toContainText(
    "Cần xem: “ó.c c.h.ó” giống từ trong danh sách (xúc phạm) · liên kết “shop-gia-re.com” · thông tin cá nhân “0912 345 678”",
  );
  await expect(card(flagged).highlights).toHaveText(["ó.c c.h.ó", "0912 345 678", "shop-gia-re.com"]);
  await expect(card(flagged).body).toHaveText(
    "Đồ ó.c c.h.ó này, gọi 0912 345 678 hoặc vào shop-gia-re.com mua đi <b>.",
  );
  await moderator.goto(`${QUEUE}?ly_do=trap`);
  await expect(commentsRoom(moderator).noMatches).toBeVisible();
  await openMenu(moderator);
  await expect(roomLink(moderator, "Từ ngữ")).toHaveCount(0);
  const refused = await moderator.request.post("/api/add-terms", {
    form: { terms: "từ lạ" },
    headers: { "sec-fetch-site": "same-origin", accept: "application/json" },
  });
  expect(refused.status()).toBe(403);
  const administrator = await openBrowser();
  await signIn(administrator, "quantri", demoPassword());
  await enterRoom(administrator, "Từ ngữ");
  const room = termsRoom(administrator);
  await room.add("cá mập bay", "cá voi đất");
  await room.check("Thấy c4 m4p b4y ở hồ, gọi 0912345678.");
  await expect(room.disguisedMatch("c4 m4p b4y", "cá mập bay")).toBeVisible();
  await expect(room.checkResult).toContainText("thông tin cá nhân “0912345678”");
  await room.search("ca map");
  await room.remove("cá mập bay").click();
  await administrator.goto(`${TERMS}?thu=cá+mập+bay`);
  await expect(room.noMatch).toBeVisible();
  await room.addOfKind("cá voi đất", "Cờ bạc");
  await room.search("ca voi dat");
  await expect(room.listed("cá voi đất")).toContainText("(cờ bạc)");
  expect(actionsOnTerms()).toEqual(["add-terms", "remove-term", "add-terms"]);
});

test("an official reply is published at once, together with the pending comment", async ({
  page,
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ name: "Lê Thảo", body: "Khi nào khu phố 3 có nước lại ạ?", state: "pending" }]);
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await card(desk).openAnswer.click();
  expectStatusOn(desk, 422);
  await card(desk).officialReply.fill("Ngắn");
  await card(desk).approveAndReply.click();
  await expect(site(desk).alert.first()).toBeVisible();
  await expect(card(desk).officialReply, "what was typed is still there").toHaveValue("Ngắn");
  await card(desk).officialReply.fill("Nước có lại từ 11 giờ hôm nay.");
  await card(desk).approveAndReply.click();
  await expect(commentsRoom(desk).nothingPending).toBeVisible();
  await expect(commentsRoom(desk).justDecided).toContainText("Ý kiến của Lê Thảo: Đã duyệt ý kiến và đăng trả lời.");
  // an answer has no writer who could be blocked, and is not answered itself
  await desk.goto(`${QUEUE}?muc=da-dang`);
  const answered = cardWith(desk, "Nước có lại từ 11 giờ hôm nay.").filter({ hasText: "Ủy ban nhân dân" });
  await expect(card(answered.first()).openAnswer).toHaveCount(0);
  await card(answered.first()).showDetails.click();
  await expect(details(desk).history).toHaveCount(1);
  await expect(details(desk).blockWriter).toHaveCount(0);
  await page.goto(article.path);
  const reply = comments(page).officialReply;
  await expect(reply).toContainText("Ủy ban nhân dân phường Hiệp Ninh");
  await expect(reply).toContainText("Trả lời chính thức");
  await expect(reply).toContainText("Nước có lại từ 11 giờ hôm nay.");
  await expect(page.getByText("Khi nào khu phố 3 có nước lại ạ?")).toBeVisible();
});
