import { audit, demoPassword, expect, test, watching } from "../fixtures.ts";
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
import { actionsOnArticle, actionsOnComments, commentStates, countPending, decidedComment } from "../state.ts";
import { account, signIn } from "../pages/account.ts";
import { alive, onArticle, pauseButton, resumeButton } from "../pages/article.ts";
import {
  ACCOUNT,
  AUDIT,
  CLOSURES,
  FIGURES,
  OVERVIEW,
  QUEUE,
  SETTINGS,
  STAFF,
  TERMS,
  VOTES,
  approveAll,
  cardWith,
  enterRoom,
  rejectAll,
  signOutButton,
  cards,
  confirmation,
  decisions,
  search,
  tab,
} from "../pages/desk.ts";

test("staff sign in, and wrong tries tell nothing", async ({ page, expectStatus }) => {
  expectStatus(422);
  await signIn(page, "lan", "không phải mật khẩu này");
  const summary = onArticle(page).summary;
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
  await page.getByRole("button", { name: "Đăng xuất" }).click();
  await expect(account(page).password).toBeVisible();
  await page.context().addCookies([session]);
  await page.reload();
  await expect(account(page).password, "the server ended the session").toBeVisible();
});

test("the queue: oldest first, decided in place, live", async ({ page, another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [
    { name: "Người thứ nhất", body: "Ý kiến thứ nhất đang chờ.", state: "pending" },
    { name: "Người thứ hai", body: "Ý kiến thứ hai đang chờ.", state: "pending" },
  ]);
  const desk = await another(staffState);
  await desk.goto(QUEUE);
  await alive(desk);
  const queue = cards(desk);
  await expect(queue).toHaveCount(2);
  await expect(queue.first()).toContainText("Người thứ nhất");
  await expect(queue.first().getByRole("link", { name: article.title })).toHaveAttribute("href", article.path);
  await audit(desk);
  await decisions(queue.first()).reject.click();
  await expect(queue.first()).toContainText("Chị Lan đã từ chối lúc");
  await expect(queue).toHaveCount(2);
  addComments(article.id, [{ name: "Người thứ ba", body: "Ý kiến thứ ba vừa tới.", state: "pending" }]);
  await expect(queue).toHaveCount(3);
  await expect(queue.last()).toContainText("Người thứ ba");
  await expect(tab(desk, "Chờ duyệt")).toHaveText("Chờ duyệt 2");
  await expect(desk).toHaveTitle(/^\(2\) /);
  await decisions(queue.nth(1)).approve.click();
  await expect(queue.nth(1)).toContainText("Chị Lan đã duyệt lúc");
  await page.goto(article.path);
  await expect(page.getByText("Ý kiến thứ hai đang chờ.")).toBeVisible();
  await expect(page.getByText("Ý kiến thứ nhất đang chờ.")).toHaveCount(0);
  expect(actionsOnComments(article.id)).toEqual(["reject", "approve"]);
});

test("two moderators: the later decision is told who was first", async ({ another, staffState, expectStatus }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ body: "Hai người cùng duyệt ý kiến này.", state: "pending" }]);
  const [one, two] = [await another(staffState), await another(staffState)];
  expectStatus(409);
  for (const desk of [one, two]) {
    await desk.goto(QUEUE);
    await alive(desk);
  }
  // the second has not heard yet: live news is held back
  await pauseButton(two).click();
  await decisions(one).approve.click();
  await expect(cards(one)).toContainText("Chị Lan đã duyệt lúc");
  const refused = two.waitForResponse("**/api/decide");
  watching.get(two)!.expected.add(409);
  await two.getByRole("button", { name: "Từ chối" }).click();
  expect((await refused).status()).toBe(409);
  await expect(cards(two)).toContainText("Bạn đã duyệt lúc");
  await resumeButton(two).click();
  await expect(onArticle(two).takeDown).toBeVisible();
  expect(actionsOnComments(article.id)).toHaveLength(1);
});

test("three moderators at once and a citizen watching", async ({ page, another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [
    { name: "Người thứ nhất", body: "Ý kiến thứ nhất đang chờ.", state: "pending" },
    { name: "Người thứ hai", body: "Ý kiến thứ hai đang chờ.", state: "pending" },
    { name: "Người thứ ba", body: "Ý kiến thứ ba đang chờ.", state: "pending" },
  ]);
  const lan = await another(staffState);
  await lan.goto(QUEUE);
  const [hai, ba] = [await another(), await another()];
  for (const [desk, name] of [
    [hai, "ba-nguoi-hai"],
    [ba, "ba-nguoi-ba"],
  ] as const) {
    await signIn(desk, name, makeStaff(name), QUEUE);
    await expect(cards(desk)).toHaveCount(3);
  }
  await page.goto(article.path);
  for (const open of [lan, hai, ba, page]) await alive(open);
  // whoever is at a card is named on the others' cards, and on no card of their own
  await cards(lan).first().getByRole("combobox").focus();
  for (const desk of [hai, ba]) await expect(cards(desk).first()).toContainText("Chị Lan đang xem ý kiến này");
  await cards(hai).nth(1).getByRole("combobox").focus();
  await expect(cards(lan).nth(1)).toContainText("Anh ba-nguoi-hai đang xem ý kiến này");
  await expect(cards(lan).first().getByText("đang xem ý kiến này")).toBeHidden();
  await decisions(cards(lan).first()).approve.click();
  await decisions(cards(hai).nth(1)).reject.click();
  await decisions(cards(ba).nth(2)).approve.click();
  for (const desk of [lan, hai, ba]) {
    await expect(cards(desk).first()).toContainText("Chị Lan đã duyệt lúc");
    await expect(cards(desk).nth(1)).toContainText("Anh ba-nguoi-hai đã từ chối lúc");
    await expect(cards(desk).nth(2)).toContainText("Anh ba-nguoi-ba đã duyệt lúc");
  }
  await expect(onArticle(page).showNew(2)).toBeVisible();
  await onArticle(page).showNew(2).click();
  await expect(page.getByText("Ý kiến thứ ba đang chờ.")).toBeVisible();
  await expect(page.getByText("Ý kiến thứ hai đang chờ.")).toHaveCount(0);
});

test("fifty a page, with a way on", async ({ another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(
    article.id,
    Array.from({ length: 55 }, (_, n) => ({ body: `Ý kiến chờ duyệt số ${n + 1}.`, state: "pending" as const })),
  );
  const desk = await another(staffState);
  await desk.goto(QUEUE);
  await expect(cards(desk)).toHaveCount(50);
  const next = desk.getByRole("link", { name: "Trang sau" });
  await expect(next).toHaveAttribute("rel", "next");
  // what comes meanwhile stays behind a number: nothing is added to a full page
  await alive(desk);
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

test("votes that look like a program's wait until staff let them in", async ({ page, another, staffState }) => {
  const article = makeArticle();
  addSuspiciousVotes(article.id, [5, 5]);
  await page.goto(article.path);
  await alive(page);
  await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 4.7 - 26 phiếu bầu");
  const desk = await another(staffState);
  await desk.goto(OVERVIEW);
  await enterRoom(desk, "Đánh giá");
  const card = cardWith(desk, article.title);
  await expect(card).toContainText("2 đánh giá chờ kiểm tra, trung bình 5.0");
  await expect(card).toContainText("Điểm hiện tại: 4.7 (26 phiếu). Nếu tính thêm: 4.7 (28 phiếu).");
  await decisions(card).admit.click();
  await expect(card).toHaveCount(0);
  await expect(onArticle(page).scoreLine).toHaveText("Xếp hạng: 4.7 - 28 phiếu bầu", { timeout: 1500 });
  expect(actionsOnArticle(article.id)).toEqual(["admit-votes"]);
});

test("every decision is undone where it was made, and later from the comment's history", async ({
  page,
  another,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ name: "Lê Thảo", body: "Ý kiến được duyệt rồi hoàn tác.", state: "pending" }]);
  await page.goto(article.path);
  await alive(page);
  const desk = await another(staffState);
  await desk.goto(QUEUE);
  await alive(desk);
  const card = cards(desk);
  await decisions(card).approve.click();
  await expect(onArticle(page).showNew(1)).toBeVisible();
  await decisions(card).undoInTime.click();
  await expect(card).toContainText("Chị Lan đã hoàn tác lúc");
  await expect(decisions(card).approve).toBeVisible();
  await page.reload();
  await expect(onArticle(page).comments).toHaveCount(0);
  // with a reason that readers of the desk see
  await decisions(card).reason.fill("Trùng với ý kiến đã gửi");
  await decisions(card).reject.click();
  await expect(card).toContainText("Chị Lan đã từ chối lúc");
  await tab(desk, "Từ chối").click();
  const refused = cardWith(desk, "duyệt rồi hoàn tác");
  await expect(refused).toContainText("Lý do: Trùng với ý kiến đã gửi");
  await decisions(refused).more.click();
  await expect(refused.locator(".history li")).toHaveCount(3);
  await refused.getByRole("button", { name: "Hoàn tác quyết định gần nhất" }).click();
  await expect(refused).toContainText("Chị Lan đã hoàn tác lúc");
  expect(actionsOnComments(article.id)).toEqual(["approve", "undo", "reject", "undo"]);
});

test("two moderators and a reader: what one decides the other sees, and the reader has it", async ({
  page,
  another,
  staffState,
  browser,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [
    { name: "Người thứ nhất", body: "Ý kiến thứ nhất của hai người.", state: "pending" },
    { name: "Người thứ hai", body: "Ý kiến thứ hai của hai người.", state: "pending" },
  ]);
  const lan = await another(staffState);
  const other = await another();
  await signIn(other, "quantri", demoPassword());
  for (const desk of [lan, other]) {
    await desk.goto(QUEUE);
    await alive(desk);
    await expect(cards(desk)).toHaveCount(2);
  }
  await page.goto(article.path);
  await alive(page);
  await decisions(cards(lan).first()).approve.click();
  await expect(cards(other).first()).toContainText("Chị Lan đã duyệt lúc");
  await expect(decisions(cards(other).first()).approve).toHaveCount(0);
  await onArticle(page).showNew(1).click();
  await expect(page.getByText("Ý kiến thứ nhất của hai người.")).toBeVisible();
  // gone from the open page within a second
  await cards(other).first().getByRole("button", { name: "Gỡ" }).click();
  await expect(page.getByText("Ý kiến thứ nhất của hai người.")).toHaveCount(0, { timeout: 1500 });
});

test("several at once: chosen, confirmed by their number, and undone together", async ({ another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(
    article.id,
    Array.from({ length: 60 }, (_, n) => ({ body: `Ý kiến hàng loạt số ${n + 1}.`, state: "pending" as const })),
  );
  const pending = () => countPending(article.id);
  const desk = await another(staffState);
  watching.get(desk)!.expected.add(428);
  await desk.goto(QUEUE);
  await alive(desk);
  const queue = cards(desk);
  await expect(queue).toHaveCount(50);
  await expect(approveAll(desk, 0)).toBeHidden();
  for (const n of [0, 2, 4]) await queue.nth(n).getByRole("checkbox").check();
  await approveAll(desk, 3).click();
  await expect(desk.getByText("Bạn đã duyệt 3 ý kiến.")).toBeVisible();
  expect(pending()).toBe(57);
  await decisions(desk).undoInTime.first().click();
  await expect.poll(pending).toBe(60);
  await desk.getByRole("checkbox", { name: /^Tất cả 60 ý kiến/ }).check();
  await rejectAll(desk, 60).click();
  await expect(confirmation(desk, 60)).toBeVisible();
  expect(pending(), "nothing is done before it is confirmed").toBe(60);
  await audit(desk);
  await rejectAll(desk, 60).click();
  await expect(desk.getByText("Bạn đã từ chối 60 ý kiến.")).toBeVisible();
  expect(pending()).toBe(0);
});

test("the whole queue by keyboard alone", async ({ another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(
    article.id,
    Array.from({ length: 5 }, (_, n) => ({
      name: `Người ${n + 1}`,
      body: `Ý kiến bàn phím số ${n + 1}.`,
      state: "pending" as const,
    })),
  );
  const states = () => commentStates(article.id).join(" ");
  const desk = await another(staffState);
  await desk.goto(QUEUE);
  await alive(desk);
  const queue = cards(desk);
  await expect(queue).toHaveCount(5);
  await desk.keyboard.press("j");
  await expect(queue.nth(0)).toBeFocused();
  await desk.keyboard.press("a");
  await expect(queue.nth(1)).toBeFocused();
  await expect(queue.nth(0)).toContainText("Chị Lan đã duyệt lúc");
  await desk.keyboard.press("r");
  await expect(queue.nth(1)).toContainText("Chị Lan đã từ chối lúc");
  await expect.poll(states).toBe("published rejected pending pending pending");
  await desk.keyboard.press("u");
  await expect.poll(states).toBe("published pending pending pending pending");
  await expect(queue.nth(2)).toBeFocused();
  await desk.keyboard.press("k");
  await desk.keyboard.press("x");
  await desk.keyboard.press("j");
  await desk.keyboard.press("j");
  await desk.keyboard.press("j");
  await desk.keyboard.press("Shift+X");
  await expect(approveAll(desk, 4)).toBeVisible();
  // typing is typing
  await desk.keyboard.press("/");
  await expect(search(desk)).toBeFocused();
  await desk.keyboard.type("jakr");
  await expect(search(desk)).toHaveValue("jakr");
  expect(states()).toBe("published pending pending pending pending");
  await desk.keyboard.press("Tab");
  await desk.keyboard.press("?");
  await expect(desk.getByText("mở bảng này")).toBeVisible();
  await desk.getByRole("checkbox", { name: "Dùng phím tắt" }).uncheck();
  await queue.nth(1).focus();
  await desk.keyboard.press("a");
  await expect(queue.nth(1)).toBeFocused();
  expect(states()).toBe("published pending pending pending pending");
  await desk.reload();
  await alive(desk);
  await desk.getByText("Phím tắt", { exact: true }).click();
  await expect(desk.getByRole("checkbox", { name: "Dùng phím tắt" })).not.toBeChecked();
});

const BARRIERS = {
  "the overview, the queue and what was reported": [OVERVIEW, QUEUE, `${QUEUE}?muc=bi-bao`],
  "the tabs of what was decided": ["da-dang", "tu-choi", "da-go", "bi-chan"].map((tab) => `${QUEUE}?muc=${tab}`),
  "the rooms of moderators": [VOTES, CLOSURES, FIGURES, ACCOUNT],
  "the rooms of administrators": [`${TERMS}?thu=con+ch%C3%B3`, STAFF, SETTINGS, AUDIT],
};
for (const [name, pages] of Object.entries(BARRIERS)) {
  test(`no barrier at the desk: ${name}`, async ({ another }) => {
    const administrator = await another();
    await signIn(administrator, "quantri", demoPassword());
    await expect(account(administrator).deskHeading).toBeVisible();
    for (const page of pages) {
      await administrator.goto(page);
      await expect(signOutButton(administrator)).toBeVisible();
      await audit(administrator);
    }
  });
}

test("what was chosen stays in reach, on a phone and beside the rooms of a desktop", async ({ another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  const bodies = Array.from({ length: 12 }, (_, n) => `Ý kiến dài chờ duyệt số ${n}.`);
  addComments(article.id, bodies.map((body) => ({ body, state: "pending" })));
  const desk = await another(staffState);
  for (const viewport of [{ width: 360, height: 740 }, { width: 1280, height: 900 }]) {
    await desk.setViewportSize(viewport);
    await desk.goto(QUEUE);
    await alive(desk);
    await cards(desk).first().getByRole("checkbox", { name: /^Chọn ý kiến/ }).check();
    await cards(desk).last().scrollIntoViewIfNeeded();
    await expect(desk.getByRole("form", { name: "Quyết định nhiều ý kiến" })).toBeInViewport();
  }
  emptyQueue();
});

test("what is being typed on a card outlives all news of it", async ({ another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  const [id] = addComments(article.id, [{ body: "Ý kiến đang được trả lời.", state: "pending" }]);
  const desk = await another(staffState);
  await desk.goto(QUEUE);
  await alive(desk);
  const card = cards(desk).first();
  await decisions(card).reason.fill("Đang viết lý do");
  await decisions(card).more.click();
  await decisions(card).answer.fill("Đang viết câu trả lời");
  // it has waited for longer by now, its writer corrects it, and another comes in
  ageComment(id, 180);
  correctComment(id, "Ý kiến vừa được sửa lại.");
  addComments(article.id, [{ body: "Một ý kiến khác vừa tới.", state: "pending" }]);
  await expect(card).toContainText("chờ 3 giờ 0 phút");
  await expect(card).toContainText("Người viết đã sửa ý kiến này lúc");
  await expect(cards(desk)).toHaveCount(2);
  await expect(decisions(card).reason).toHaveValue("Đang viết lý do");
  await expect(decisions(card).answer).toHaveValue("Đang viết câu trả lời");
  // and the decision is about what stands there now
  await decisions(card).reject.click();
  await expect(card).toContainText("Chị Lan đã từ chối lúc");
  expect(decidedComment(id)).toBe("rejected 3 Đang viết lý do");
});
