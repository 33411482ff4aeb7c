import { audit, demoPassword, expect, expectStatusOn, test } from "../fixtures.ts";
import {
  addComments,
  addSuspiciousVotes,
  ageComment,
  correctComment,
  emptyQueue,
  makeArticle,
  makeStaff,
  withdrawComment,
} from "../data.ts";
import { actionsOnArticle, actionsOnComments, commentStates, countPending, decidedComment, rejectionNotes } from "../state.ts";
import { site, waitUntilLive } from "../pages/site.ts";
import { onArticle } from "../pages/article.ts";
import { comments } from "../pages/comments.ts";
import { account, signIn } from "../pages/account.ts";
import {
  ACCOUNT,
  AUDIT,
  BLOCKED,
  CLOSURES,
  FIGURES,
  OVERVIEW,
  QUEUE,
  SAVED_ANSWERS,
  SETTINGS,
  STAFF,
  TERMS,
  VOTES,
  enterRoom,
  signOutButton,
} from "../pages/desk.ts";
import { details } from "../pages/commentDetails.ts";
import { bulkBar, card, cardWith, cards, commentsRoom } from "../pages/moderation.ts";

test("staff sign in, and a failed sign-in does not reveal whether the account exists", async ({
  page,
  expectStatus,
}) => {
  expectStatus(422);
  await signIn(page, "lan", "không phải mật khẩu này");
  const summary = site(page).errorSummary;
  await expect(summary).toContainText("Tên đăng nhập hoặc mật khẩu chưa đúng");
  await signIn(page, "khong-co-ai", "không phải mật khẩu này");
  await expect(summary).toContainText("Tên đăng nhập hoặc mật khẩu chưa đúng");
  await audit(page);
  await expect(account(page).username).toHaveAttribute("autocomplete", "username");
  await expect(account(page).password).toHaveAttribute("autocomplete", "current-password");
  await account(page).signIn("quantri", demoPassword());
  await expect(account(page).deskHeading).toBeVisible();
  const session = (await page.context().cookies()).find(({ name }) => name === "phien")!;
  expect(session).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  await signOutButton(page).click();
  await expect(account(page).password).toBeVisible();
  await page.context().addCookies([session]);
  await page.reload();
  await expect(account(page).password, "the server ended the session").toBeVisible();
});

test("the queue lists the oldest comment first and receives decisions and comments live", async ({
  page,
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [
    { name: "Người thứ nhất", body: "Ý kiến thứ nhất đang chờ.", state: "pending" },
    { name: "Người thứ hai", body: "Ý kiến thứ hai đang chờ.", state: "pending" },
  ]);
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await waitUntilLive(desk);
  const queue = cards(desk);
  await expect(queue).toHaveCount(2);
  await expect(queue.first()).toContainText("Người thứ nhất");
  await expect(card(queue.first()).articleLink(article.title)).toHaveAttribute("href", article.path);
  await audit(desk);
  await card(queue.first()).refuse();
  await expect(card(queue.first()).outcome).toHaveText("Đã từ chối");
  await expect(queue).toHaveCount(2);
  addComments(article.id, [{ name: "Người thứ ba", body: "Ý kiến thứ ba vừa tới.", state: "pending" }]);
  await expect(queue).toHaveCount(3);
  await expect(queue.last()).toContainText("Người thứ ba");
  await expect(commentsRoom(desk).tab("Chờ duyệt")).toHaveText("Chờ duyệt 2");
  await expect(desk).toHaveTitle(/^\(2\) /);
  await card(queue.nth(1)).approve.click();
  await expect(card(queue.nth(1)).outcome).toHaveText("Đã duyệt");
  await page.goto(article.path);
  await expect(page.getByText("Ý kiến thứ hai đang chờ.")).toBeVisible();
  await expect(page.getByText("Ý kiến thứ nhất đang chờ.")).toHaveCount(0);
  expect(actionsOnComments(article.id)).toEqual(["reject", "approve"]);
});

test("three moderators see each other's presence and decisions, and the reader sees the results", async ({
  page,
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [
    { name: "Người thứ nhất", body: "Ý kiến thứ nhất đang chờ.", state: "pending" },
    { name: "Người thứ hai", body: "Ý kiến thứ hai đang chờ.", state: "pending" },
    { name: "Người thứ ba", body: "Ý kiến thứ ba đang chờ.", state: "pending" },
  ]);
  const lan = await openBrowser(staffState);
  await lan.goto(QUEUE);
  const [hai, ba] = [await openBrowser(), await openBrowser()];
  for (const [desk, name] of [
    [hai, "ba-nguoi-hai"],
    [ba, "ba-nguoi-ba"],
  ] as const) {
    await signIn(desk, name, makeStaff(name), QUEUE);
    await expect(cards(desk)).toHaveCount(3);
  }
  await page.goto(article.path);
  for (const tab of [lan, hai, ba, page]) await waitUntilLive(tab);
  // presence is shown to the other moderators only
  await card(cards(lan).first()).approve.focus();
  for (const desk of [hai, ba]) await expect(cards(desk).first()).toContainText("Chị Lan đang xem ý kiến này");
  await card(cards(hai).nth(1)).approve.focus();
  await expect(cards(lan).nth(1)).toContainText("Anh ba-nguoi-hai đang xem ý kiến này");
  await expect(card(cards(lan).first()).presence).toBeHidden();
  await card(cards(lan).first()).approve.click();
  await card(cards(hai).nth(1)).refuse();
  await card(cards(ba).nth(2)).approve.click();
  for (const desk of [lan, hai, ba]) {
    await expect(card(cards(desk).first()).outcome).toHaveText(desk === lan ? "Đã duyệt" : /^Chị Lan đã duyệt lúc/);
    await expect(card(cards(desk).nth(1)).outcome).toHaveText(desk === hai ? "Đã từ chối" : /^Anh ba-nguoi-hai đã từ chối lúc/);
    await expect(card(cards(desk).nth(2)).outcome).toHaveText(desk === ba ? "Đã duyệt" : /^Anh ba-nguoi-ba đã duyệt lúc/);
  }
  await expect(comments(page).showNew(2)).toBeVisible();
  await comments(page).showNew(2).click();
  await expect(page.getByText("Ý kiến thứ ba đang chờ.")).toBeVisible();
  await expect(page.getByText("Ý kiến thứ hai đang chờ.")).toHaveCount(0);
});

test("the queue shows fifty comments per page, and new ones only change the link to the next page", async ({
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(
    article.id,
    Array.from({ length: 55 }, (_, n) => ({ body: `Ý kiến chờ duyệt số ${n + 1}.`, state: "pending" as const })),
  );
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await expect(cards(desk)).toHaveCount(50);
  const next = commentsRoom(desk).nextPage;
  await expect(next).toHaveAttribute("rel", "next");
  await waitUntilLive(desk);
  await expect(next).toHaveText("Trang sau (5 ý kiến)");
  const [last] = addComments(article.id, [{ body: "Ý kiến chờ duyệt số 56.", state: "pending" }]);
  await expect(next).toHaveText("Trang sau (6 ý kiến)");
  await expect(cards(desk)).toHaveCount(50);
  withdrawComment(last);
  await next.click();
  await expect(cards(desk).first()).toContainText("số 51.");
  await expect(cards(desk)).toHaveCount(5);
  emptyQueue();
});

test("suspicious votes do not count until staff admit them", async ({ page, openBrowser, staffState }) => {
  const article = makeArticle();
  addSuspiciousVotes(article.id, [5, 5]);
  await page.goto(article.path);
  await waitUntilLive(page);
  await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 4.7 - 26 phiếu bầu");
  const desk = await openBrowser(staffState);
  await desk.goto(OVERVIEW);
  await enterRoom(desk, "Đánh giá");
  const votes = cardWith(desk, article.title);
  await expect(votes).toContainText("2 đánh giá chờ kiểm tra, trung bình 5.0");
  await expect(votes).toContainText("Điểm hiện tại: 4.7 (26 phiếu). Nếu tính thêm: 4.7 (28 phiếu).");
  await card(votes).admitVotes.click();
  await expect(votes).toHaveCount(0);
  await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 4.7 - 28 phiếu bầu", { timeout: 1500 });
  expect(actionsOnArticle(article.id)).toEqual(["admit-votes"]);
});

test("a decision is undone on its card, and later from the comment's history", async ({
  page,
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ name: "Lê Thảo", body: "Ý kiến được duyệt rồi hoàn tác.", state: "pending" }]);
  await page.goto(article.path);
  await waitUntilLive(page);
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await waitUntilLive(desk);
  await card(desk).approve.click();
  await expect(comments(page).showNew(1)).toBeVisible();
  await card(desk).undoWithCountdown.click();
  await expect(card(desk).outcome).toContainText("Chị Lan đã đưa trở lại danh sách chờ lúc");
  await expect(card(desk).approve).toBeVisible();
  await page.reload();
  await expect(comments(page).all).toHaveCount(0);
  await card(desk).refuse("Trùng với ý kiến đã gửi");
  await expect(card(desk).outcome).toHaveText("Đã từ chối");
  await commentsRoom(desk).tab("Từ chối").click();
  const refused = cardWith(desk, "duyệt rồi hoàn tác");
  await expect(refused).toContainText("Lý do: Trùng với ý kiến đã gửi");
  await card(refused).showDetails.click();
  await expect(details(desk).history).toHaveCount(3);
  await details(desk).undoLatest.click();
  await expect(card(refused).outcome).toContainText("Chị Lan đã đưa trở lại danh sách chờ lúc");
  expect(actionsOnComments(article.id)).toEqual(["approve", "undo", "reject", "undo"]);
});

test("a decision appears on the other moderator's desk and on the reader's page", async ({
  page,
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [
    { name: "Người thứ nhất", body: "Ý kiến thứ nhất của hai người.", state: "pending" },
    { name: "Người thứ hai", body: "Ý kiến thứ hai của hai người.", state: "pending" },
  ]);
  const lan = await openBrowser(staffState);
  const other = await openBrowser();
  await signIn(other, "quantri", demoPassword());
  for (const desk of [lan, other]) {
    await desk.goto(QUEUE);
    await waitUntilLive(desk);
    await expect(cards(desk)).toHaveCount(2);
  }
  await page.goto(article.path);
  await waitUntilLive(page);
  await card(cards(lan).first()).approve.click();
  await expect(cards(other).first()).toContainText("Chị Lan đã duyệt lúc");
  await expect(card(cards(other).first()).approve).toHaveCount(0);
  await comments(page).showNew(1).click();
  await expect(page.getByText("Ý kiến thứ nhất của hai người.")).toBeVisible();
  await card(cards(other).first()).unfold.click();
  await card(cards(other).first()).refuse();
  await expect(page.getByText("Ý kiến thứ nhất của hai người.")).toHaveCount(0, { timeout: 1500 });
});

test("bulk decisions about many comments are confirmed first and undone together", async ({
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(
    article.id,
    Array.from({ length: 60 }, (_, n) => ({ body: `Ý kiến hàng loạt số ${n + 1}.`, state: "pending" as const })),
  );
  const pending = () => countPending(article.id);
  const desk = await openBrowser(staffState);
  expectStatusOn(desk, 428);
  await desk.goto(QUEUE);
  await waitUntilLive(desk);
  const queue = cards(desk);
  await expect(queue).toHaveCount(50);
  await expect(bulkBar(desk).approve(0)).toBeHidden();
  for (const n of [0, 2, 4]) await card(queue.nth(n)).checkbox.check();
  await bulkBar(desk).approve(3).click();
  await expect(bulkBar(desk).approved(3)).toBeVisible();
  expect(pending()).toBe(57);
  await card(desk).undoWithCountdown.first().click();
  await expect.poll(pending).toBe(60);
  await bulkBar(desk).selectAll(60).check();
  await expect(bulkBar(desk).reasons("Từ chối 60 ý kiến")).toBeVisible();
  await bulkBar(desk).refuse("Quảng cáo");
  await expect(bulkBar(desk).confirmation("Từ chối", 60)).toBeVisible();
  await expect(bulkBar(desk).decisions, "the question is answered with the decision that it names").toHaveCount(1);
  expect(pending(), "nothing is decided before the confirmation").toBe(60);
  await audit(desk);
  await bulkBar(desk).confirm("Từ chối", 60).click();
  await expect(bulkBar(desk).rejected(60)).toBeVisible();
  expect(pending()).toBe(0);
  expect(rejectionNotes(article.id)).toEqual(["Quảng cáo"]);
});

test("a whole page of published comments is chosen with one press, and none of them again", async ({
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  addComments(
    article.id,
    Array.from({ length: 12 }, (_, n) => ({ body: `Ý kiến đã đăng số ${n + 1}.`, state: "published" as const })),
  );
  const desk = await openBrowser(staffState);
  expectStatusOn(desk, 428);
  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  await waitUntilLive(desk);
  const room = commentsRoom(desk);
  await room.wholePage.check();
  await expect(card(cards(desk).last()).checkbox).toBeChecked();
  await card(cards(desk).last()).checkbox.uncheck();
  await expect(room.wholePage, "one is missing").not.toBeChecked();
  await room.wholePage.check();
  await room.wholePage.uncheck();
  await expect(bulkBar(desk).reasons("Gỡ")).toBeHidden();
  await room.wholePage.check();
  await bulkBar(desk).refuse();
  await bulkBar(desk).confirm("Gỡ", 12).click();
  await expect(desk.getByText("Ông/bà đã gỡ 12 ý kiến.")).toBeVisible();
  await expect(room.wholePage, "nothing is left to choose").toBeHidden();
  expect(new Set(commentStates(article.id))).toEqual(new Set(["removed"]));
});

const AUDITED = {
  "overview, queue, a filter with faults and reported comments": [
    OVERVIEW,
    QUEUE,
    `${QUEUE}?ten=bai&tu=2026-02-02&den=2026-02-01`,
    `${QUEUE}?muc=bi-bao`,
  ],
  "tabs of decided comments": ["da-dang", "tu-choi", "da-go", "bi-chan"].map((tab) => `${QUEUE}?muc=${tab}`),
  "questions and inquiries": ["chua-tra-loi", "lien-he"].map((tab) => `${QUEUE}?muc=${tab}`),
  "rooms of moderators": [BLOCKED, SAVED_ANSWERS, VOTES, CLOSURES, FIGURES, ACCOUNT],
  "rooms of administrators": [`${TERMS}?thu=con+ch%C3%B3`, STAFF, SETTINGS, AUDIT],
};
for (const [name, pages] of Object.entries(AUDITED)) {
  test(`accessibility audit of the desk: ${name}`, async ({ openBrowser }) => {
    const administrator = await openBrowser();
    await signIn(administrator, "quantri", demoPassword());
    await expect(account(administrator).deskHeading).toBeVisible();
    for (const page of pages) {
      await administrator.goto(page);
      await expect(signOutButton(administrator)).toBeVisible();
      await audit(administrator);
      // of what one sees, the colours alone are others
      for (const shown of [{ colorScheme: "dark" as const }, { forcedColors: "active" as const }]) {
        await administrator.emulateMedia(shown);
        await audit(administrator, ["color-contrast"]);
      }
      await administrator.emulateMedia({ colorScheme: "light", forcedColors: "none" });
    }
  });
}

test("the bulk bar stays visible while scrolling, on a phone and on a desktop", async ({ openBrowser, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  const bodies = Array.from({ length: 12 }, (_, n) => `Ý kiến dài chờ duyệt số ${n}.`);
  addComments(
    article.id,
    bodies.map((body) => ({ body, state: "pending" })),
  );
  const desk = await openBrowser(staffState);
  for (const viewport of [
    { width: 360, height: 740 },
    { width: 1280, height: 900 },
  ]) {
    await desk.setViewportSize(viewport);
    await desk.goto(QUEUE);
    await waitUntilLive(desk);
    await card(cards(desk).first()).checkbox.check();
    await cards(desk).last().scrollIntoViewIfNeeded();
    await expect(bulkBar(desk).form).toBeInViewport();
  }
  emptyQueue();
});

test("text typed on a card survives live updates of the card", async ({ openBrowser, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  const [id] = addComments(article.id, [{ body: "Ý kiến đang được trả lời.", state: "pending" }]);
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await waitUntilLive(desk);
  const first = cards(desk).first();
  await card(first).openReason();
  await card(first).reason.fill("Đang viết lý do");
  await desk.keyboard.press("Escape");
  await card(first).openAnswer.click();
  await card(first).officialReply.fill("Đang viết câu trả lời");
  // the waiting time grows, the writer corrects the comment, and another comment arrives
  ageComment(id, 180);
  correctComment(id, "Ý kiến vừa được sửa lại.");
  addComments(article.id, [{ body: "Một ý kiến khác vừa tới.", state: "pending" }]);
  await expect(first).toContainText("chờ 3 giờ 0 phút");
  await expect(first).toContainText("Người viết đã sửa ý kiến này lúc");
  await expect(cards(desk)).toHaveCount(2);
  await expect(card(first).reason).toHaveValue("Đang viết lý do");
  await expect(card(first).officialReply).toHaveValue("Đang viết câu trả lời");
  // the decision is about the corrected version
  await card(first).refuse("Quảng cáo");
  await expect(card(first).outcome).toHaveText("Đã từ chối");
  expect(decidedComment(id)).toBe("rejected 3 Quảng cáo");
  await card(first).undoWithCountdown.click();
  await expect(card(first).officialReply, "it comes back with its field").toHaveValue("Đang viết câu trả lời");
});

test("a reason that is typed is sent by Enter and publishes nothing, and a bulk reason is forgotten once it is told", async ({
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  const bodies = ["Ý kiến có lý do thứ nhất.", "Ý kiến có lý do thứ hai.", "Ý kiến có lý do thứ ba."];
  addComments(
    article.id,
    bodies.map((body) => ({ body, state: "pending" as const })),
  );
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await waitUntilLive(desk);
  const first = card(cardWith(desk, bodies[0]));
  await first.openReason();
  await first.reason.fill("Lý do từ chối");
  await first.reason.press("Escape");
  await expect(first.reason).toBeHidden();
  await card(cardWith(desk, bodies[1])).checkbox.check();
  await bulkBar(desk).openReason();
  await bulkBar(desk).reason.fill("Lý do chung");
  await bulkBar(desk).reason.press("Enter");
  expect(countPending(article.id)).toBe(3);
  await bulkBar(desk).sendReason.click();
  await expect(bulkBar(desk).rejected(1)).toBeVisible();
  // the bar comes back with the next choice
  const third = card(cardWith(desk, bodies[2]));
  await third.checkbox.check();
  await expect(bulkBar(desk).reason).toHaveValue("");
  await desk.reload();
  await waitUntilLive(desk);
  await third.checkbox.check();
  await expect(bulkBar(desk).reason).toHaveValue("");
  await expect(first.reason, "a reason that was not sent yet stays").toHaveValue("Lý do từ chối");
  await first.openReason();
  await first.reason.press("Enter");
  await expect(first.outcome).toHaveText("Đã từ chối");
  expect(commentStates(article.id)).toEqual(["rejected", "rejected", "pending"]);
  expect(rejectionNotes(article.id).sort()).toEqual(["Lý do chung", "Lý do từ chối"]);
});

test("the site's name leads from a room to the front page, which is asked for as no room", async ({ openBrowser, staffState }) => {
  const desk = await openBrowser(staffState);
  await desk.goto("/quan-tri/y-kien");
  await waitUntilLive(desk);
  const rooms: string[] = [];
  desk.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname === "/api/room") rooms.push(url.searchParams.get("path")!);
  });
  await desk.getByRole("banner").getByRole("link", { name: /^Phường Hiệp Ninh/ }).click();
  await expect(desk.getByRole("heading", { level: 1 })).toHaveText("Tin mới");
  expect(rooms.filter((path) => !path.startsWith("/quan-tri"))).toEqual([]);
});
