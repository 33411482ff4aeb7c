// Two people at the desk at once: who comes second is told, and what acts in place says what it did.
import { audit, expect, expectStatusOn, test } from "../fixtures.ts";
import { addComments, emptyQueue, expireSessions, makeArticle, makeStaff } from "../data.ts";
import { commentStates, rejectionNotes } from "../state.ts";
import { site, waitUntilLive } from "../pages/site.ts";
import { comments } from "../pages/comments.ts";
import { account, signIn } from "../pages/account.ts";
import { QUEUE } from "../pages/desk.ts";
import { details } from "../pages/commentDetails.ts";
import { bulkBar, card, cards, cardWith, commentsRoom } from "../pages/moderation.ts";

test.use({ viewport: { width: 360, height: 740 } });

test("who decides second is told, and has no button that is overtaken, paused or not", async ({
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [
    { body: "Ý kiến mà hai người cùng xem.", state: "pending" },
    { body: "Ý kiến khác cũng đang chờ.", state: "pending" },
  ]);
  const [slow, fast] = [await openBrowser(staffState), await openBrowser(staffState)];
  for (const desk of [slow, fast]) {
    await desk.goto(QUEUE);
    await waitUntilLive(desk);
  }
  // the other one decides while this one's press is on its way
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await slow.route("**/api/decide", async (route) => {
    await held;
    await route.continue();
  });
  expectStatusOn(slow, 409);
  await card(cards(slow).first()).approve.click();
  await card(cards(fast).first()).refuse();
  await expect(card(cards(fast).first()).outcome).toHaveText("Đã từ chối");
  release();
  await expect(card(cards(slow).first()).overtaken).toContainText(
    /^Ông\/bà đã từ chối trước, lúc .* Lần bấm Duyệt không có tác dụng\.$/,
  );
  await expect(card(cards(slow).first()).approve).toHaveCount(0);
  await audit(slow);
  expect(commentStates(article.id)).toEqual(["rejected", "pending"]);
  // while updates are paused nothing new comes, but what is overtaken loses its buttons
  await site(slow).pause.click();
  addComments(article.id, [{ body: "Ý kiến đến trong lúc tạm dừng.", state: "pending" }]);
  await card(cards(fast).nth(1)).approve.click();
  await expect(card(cards(slow).nth(1)).approve).toHaveCount(0);
  await expect(cards(slow).nth(1)).toContainText("Chị Lan đã duyệt lúc");
  await expect(cards(fast)).toHaveCount(3);
  await expect(cards(slow)).toHaveCount(2);
});

test("an answer acts in place, is shown on the card, and is undone with one press", async ({
  page,
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  const [question] = addComments(article.id, [
    { body: "Khi nào thì có nước lại ạ?", state: "pending" },
    { body: "Một ý kiến khác đang chờ.", state: "pending" },
  ]);
  const [one, other] = [await openBrowser(staffState), await openBrowser(staffState)];
  for (const desk of [one, other]) {
    await desk.goto(QUEUE);
    await waitUntilLive(desk);
    await card(cards(desk).first()).openAnswer.click();
  }
  await card(cards(one).first()).officialReply.fill("Từ 11 giờ hôm nay có nước.");
  await card(cards(other).first()).officialReply.fill("Khoảng trưa nay có nước lại.");
  await card(cards(one).first()).approveAndReply.click();
  await expect(card(cards(one).first()).outcome).toHaveText("Đã duyệt ý kiến và đăng trả lời.");
  await expect(cards(one).first()).toBeFocused();
  await expect(card(cards(one).first()).answered).toContainText(
    /^Chị Lan đã trả lời lúc .*: “Từ 11 giờ hôm nay có nước\.”$/,
  );
  await audit(one);
  // the other one sees it on the card, and keeps what was typed
  await expect(card(cards(other).first()).answered).toContainText("Từ 11 giờ hôm nay có nước.");
  await expect(card(cards(other).first()).officialReply).toHaveValue("Khoảng trưa nay có nước lại.");
  await page.goto(`${article.path}?y-kien=${question}#y-kien-${question}`);
  await expect(comments(page).eachReply).toHaveCount(1);
  await card(cards(one).first()).undoWithCountdown.click();
  await expect(card(cards(one).first()).answered).toBeHidden();
  await expect(card(cards(one).first()).approve).toBeVisible();
  expect(commentStates(article.id)).toEqual(["pending", "pending", "removed"]);
});

test("blocking a writer says what it did, and is undone on the spot", async ({ openBrowser, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ body: "Ý kiến của người hay quấy.", state: "pending" }]);
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await waitUntilLive(desk);
  const first = card(cards(desk).first());
  await first.openAnswer.click();
  await first.officialReply.fill("Đang viết dở câu trả lời.");
  await first.showDetails.click();
  await details(desk).block();
  await expect(first.outcome).toContainText("Đã chặn người viết.");
  await expect(cards(desk).first()).toBeFocused();
  expect(new URL(desk.url()).pathname, "the page stays").toBe("/quan-tri/y-kien");
  await expect.poll(() => commentStates(article.id)).toEqual(["blocked"]);
  // the key undoes what was done last, and what stood in another form stays
  await desk.keyboard.press("u");
  await expect.poll(() => commentStates(article.id)).toEqual(["pending"]);
  await first.openAnswer.click();
  await expect(first.officialReply).toHaveValue("Đang viết dở câu trả lời.");
  await desk.reload();
  await waitUntilLive(desk);
  await first.openAnswer.click();
  await expect(first.officialReply).toHaveValue("Đang viết dở câu trả lời.");
});

test("a decision of an ended session stands ready after signing in", async ({ page, expectStatus }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ name: "Lê Thảo", body: "Ý kiến chờ trong lúc phiên hết hạn.", state: "pending" }]);
  const password = makeStaff("het-phien");
  await signIn(page, "het-phien", password, QUEUE);
  await waitUntilLive(page);
  expireSessions("het-phien");
  expectStatus(401);
  await card(page).refuse("Trùng với ý kiến đã gửi");
  await account(page).signIn("het-phien", password);
  const button = commentsRoom(page).interruptedButton("Từ chối ý kiến của Lê Thảo");
  await expect(button).toBeVisible();
  expect(commentStates(article.id)).toEqual(["pending"]);
  await audit(page);
  await button.click();
  await expect(commentsRoom(page).justDecided).toContainText("đã từ chối");
  expect(commentStates(article.id)).toEqual(["rejected"]);
});

test("covering and approving, and a decision about several, stand ready after signing in too", async ({
  page,
  expectStatus,
}) => {
  emptyQueue();
  const article = makeArticle();
  const reasons = [{ kind: "personal" as const, at: { start: 8, end: 18 } }];
  addComments(article.id, [
    { name: "Dì Sáu", body: "Xin gọi 0987654321 giúp tôi.", state: "pending", reasons },
    { name: "Cô Ba", body: "Ý kiến thứ hai.", state: "pending" },
    { name: "Cô Tư", body: "Ý kiến thứ ba.", state: "pending" },
  ]);
  const password = makeStaff("het-phien-hai");
  await signIn(page, "het-phien-hai", password, QUEUE);
  await waitUntilLive(page);
  expireSessions("het-phien-hai");
  expectStatus(401);
  await card(page).coverAndApprove("0987654321").click();
  await account(page).signIn("het-phien-hai", password);
  await commentsRoom(page).interruptedButton("Che thông tin cá nhân và duyệt ý kiến của Dì Sáu").click();
  await expect(commentsRoom(page).justDecided).toContainText("Đã che thông tin cá nhân và duyệt ý kiến.");
  await page.goto(QUEUE);
  await waitUntilLive(page);
  for (const name of ["thứ hai", "thứ ba"]) await card(cardWith(page, name)).checkbox.check();
  expireSessions("het-phien-hai");
  expectStatus(401);
  await bulkBar(page).refuse("Quảng cáo");
  await account(page).signIn("het-phien-hai", password);
  await expect(bulkBar(page).form).toContainText("Quyết định chưa được thực hiện vì phiên đăng nhập đã kết thúc.");
  expect(commentStates(article.id)).toEqual(["published", "pending", "pending"]);
  await bulkBar(page).form.getByRole("button", { name: "Từ chối mục đã chọn" }).click();
  await expect.poll(() => commentStates(article.id)).toEqual(["published", "rejected", "rejected"]);
  expect(rejectionNotes(article.id)).toEqual(["Quảng cáo"]);
});

test("the details show what somebody else did meanwhile, and wait while one writes in them", async ({
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [
    { name: "Cô Ba", body: "Ý kiến thứ nhất.", state: "pending" },
    { name: "Cô Tư", body: "Ý kiến thứ hai.", state: "pending" },
  ]);
  const [reader, other] = [await openBrowser(staffState), await openBrowser(staffState)];
  await reader.setViewportSize({ width: 1280, height: 900 });
  for (const desk of [reader, other]) {
    await desk.goto(QUEUE);
    await waitUntilLive(desk);
  }
  await expect(details(reader).root).toContainText("Ý kiến của Cô Ba");
  await expect(details(reader).undoLatest).toHaveCount(0);
  await card(cards(other).first()).approve.click();
  await expect(details(reader).undoLatest).toBeVisible();
  await expect(details(reader).history.last()).toContainText("duyệt");
  // what is being typed stays under the hand, and is sent about what was seen
  await card(cards(reader).nth(1)).showDetails.click();
  await expect(details(reader).root).toContainText("Ý kiến của Cô Tư");
  await details(reader).openNote.click();
  await details(reader).noteBody.pressSequentially("Đang ghi");
  await card(cards(other).nth(1)).approve.click();
  await expect(cards(reader).nth(1)).toContainText("đã duyệt");
  await expect(details(reader).noteBody).toBeFocused();
  await details(reader).noteBody.pressSequentially(" tiếp.");
  await details(reader).noteOnComment.click();
  await expect(details(reader).notes).toContainText("Đang ghi tiếp.");
  await expect(details(reader).undoLatest).toBeVisible();
});
