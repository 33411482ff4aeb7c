import { addComments, alive, audit, demoPassword, emptyQueue, expect, makeArticle, makeStaff, signIn, sql, test } from "../fixtures.ts";

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
  emptyQueue();
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
  await cards.first().getByRole("button", { name: "Từ chối", exact: true }).click();
  await expect(cards.first()).toContainText("Chị Lan đã từ chối lúc");
  await expect(cards).toHaveCount(2);
  addComments(article.id, [{ name: "Người thứ ba", body: "Ý kiến thứ ba vừa tới.", state: "held" }]);
  await expect(cards).toHaveCount(3);
  await expect(cards.last()).toContainText("Người thứ ba");
  await expect(desk.getByRole("link", { name: /^Chờ duyệt/ })).toHaveText("Chờ duyệt 2");
  await expect(desk).toHaveTitle("(2) Bàn duyệt");
  await cards.nth(1).getByRole("button", { name: "Duyệt", exact: true }).click();
  await expect(cards.nth(1)).toContainText("Chị Lan đã duyệt lúc");
  await page.goto(article.path);
  await expect(page.getByText("Ý kiến thứ hai đang chờ.")).toBeVisible();
  await expect(page.getByText("Ý kiến thứ nhất đang chờ.")).toHaveCount(0);
  expect(sql(`select action from audit where subject = 'comment' and subject_id in (select id from comments where article_id = ${article.id}) order by number`)).toEqual(["reject", "approve"]);
});

test("two moderators: the later decision is told who was first", async ({ another, staffState, expectStatus }) => {
  emptyQueue();
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
  await one.getByRole("button", { name: "Duyệt", exact: true }).click();
  await expect(one.locator(".queue-card")).toContainText("Chị Lan đã duyệt lúc");
  const refused = two.waitForResponse("**/api/decide");
  const { watching } = await import("../fixtures.ts");
  watching.get(two)!.expected.add(409);
  await two.getByRole("button", { name: "Từ chối" }).click();
  expect((await refused).status()).toBe(409);
  await expect(two.locator(".queue-card")).toContainText("Bạn đã duyệt lúc");
  await two.getByRole("button", { name: "Tiếp tục" }).click();
  await expect(two.getByRole("button", { name: "Gỡ" })).toBeVisible();
  expect(sql(`select count(*) from audit where subject = 'comment' and subject_id in (select id from comments where article_id = ${article.id})`)).toEqual(["1"]);
});

test("three moderators at once and a citizen watching", async ({ page, another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [
    { name: "Người thứ nhất", body: "Ý kiến thứ nhất đang chờ.", state: "held" },
    { name: "Người thứ hai", body: "Ý kiến thứ hai đang chờ.", state: "held" },
    { name: "Người thứ ba", body: "Ý kiến thứ ba đang chờ.", state: "held" },
  ]);
  const lan = await another(staffState);
  await lan.goto("/quan-tri");
  const [hai, ba] = [await another(), await another()];
  for (const [desk, name] of [[hai, "ba-nguoi-hai"], [ba, "ba-nguoi-ba"]] as const) {
    await signIn(desk, name, makeStaff(name));
    await expect(desk.locator(".queue-card")).toHaveCount(3);
  }
  await page.goto(article.path);
  for (const open of [lan, hai, ba, page]) await alive(open);
  // whoever is at a card is named on the others' cards, and on no card of their own
  await lan.locator(".queue-card").first().getByRole("combobox").focus();
  for (const desk of [hai, ba]) await expect(desk.locator(".queue-card").first()).toContainText("Chị Lan đang xem ý kiến này");
  await hai.locator(".queue-card").nth(1).getByRole("combobox").focus();
  await expect(lan.locator(".queue-card").nth(1)).toContainText("Anh ba-nguoi-hai đang xem ý kiến này");
  await expect(lan.locator(".queue-card").first().getByText("đang xem ý kiến này")).toBeHidden();
  await lan.locator(".queue-card").first().getByRole("button", { name: "Duyệt", exact: true }).click();
  await hai.locator(".queue-card").nth(1).getByRole("button", { name: "Từ chối", exact: true }).click();
  await ba.locator(".queue-card").nth(2).getByRole("button", { name: "Duyệt", exact: true }).click();
  for (const desk of [lan, hai, ba]) {
    await expect(desk.locator(".queue-card").first()).toContainText("Chị Lan đã duyệt lúc");
    await expect(desk.locator(".queue-card").nth(1)).toContainText("Anh ba-nguoi-hai đã từ chối lúc");
    await expect(desk.locator(".queue-card").nth(2)).toContainText("Anh ba-nguoi-ba đã duyệt lúc");
  }
  await expect(page.getByRole("button", { name: "2 ý kiến mới" })).toBeVisible();
  await page.getByRole("button", { name: "2 ý kiến mới" }).click();
  await expect(page.getByText("Ý kiến thứ ba đang chờ.")).toBeVisible();
  await expect(page.getByText("Ý kiến thứ hai đang chờ.")).toHaveCount(0);
});

test("fifty a page, with a way on", async ({ another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, Array.from({ length: 55 }, (_, n) => ({ body: `Ý kiến chờ duyệt số ${n + 1}.`, state: "held" as const })));
  const desk = await another(staffState);
  await desk.goto("/quan-tri");
  await expect(desk.locator(".queue-card")).toHaveCount(50);
  const next = desk.getByRole("link", { name: "Trang sau" });
  await expect(next).toHaveAttribute("rel", "next");
  // what comes meanwhile stays behind a number: nothing is added to a full page
  await alive(desk);
  await expect(next).toHaveText("Trang sau (5 ý kiến)");
  addComments(article.id, [{ body: "Ý kiến chờ duyệt số 56.", state: "held" }]);
  await expect(next).toHaveText("Trang sau (6 ý kiến)");
  await expect(desk.locator(".queue-card")).toHaveCount(50);
  sql(`delete from comments where body = 'Ý kiến chờ duyệt số 56.'`);
  await next.click();
  await expect(desk.locator(".queue-card").first()).toContainText("số 51.");
  await expect(desk.locator(".queue-card")).toHaveCount(5);
  emptyQueue();
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
  expect(sql(`select action from audit where subject = 'article' and subject_id = ${article.id}`)).toEqual(["admit-votes"]);
});

test("every decision is undone where it was made, and later from the comment's history", async ({ page, another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ name: "Lê Thảo", body: "Ý kiến được duyệt rồi hoàn tác.", state: "held" }]);
  await page.goto(article.path);
  await alive(page);
  const desk = await another(staffState);
  await desk.goto("/quan-tri");
  await alive(desk);
  const card = desk.locator(".queue-card");
  await card.getByRole("button", { name: "Duyệt", exact: true }).click();
  await expect(page.getByRole("button", { name: "1 ý kiến mới" })).toBeVisible();
  await card.getByRole("button", { name: /^Hoàn tác \(\d+\)$/ }).click();
  await expect(card).toContainText("Chị Lan đã hoàn tác lúc");
  await expect(card.getByRole("button", { name: "Duyệt", exact: true })).toBeVisible();
  await page.reload();
  await expect(page.locator(".comment")).toHaveCount(0);
  // with a reason that readers of the desk see
  await card.getByRole("combobox", { name: "Lý do nếu từ chối" }).fill("Trùng với ý kiến đã gửi");
  await card.getByRole("button", { name: "Từ chối", exact: true }).click();
  await expect(card).toContainText("Chị Lan đã từ chối lúc");
  await desk.getByRole("link", { name: /^Từ chối/ }).click();
  const refused = desk.locator(".queue-card", { hasText: "duyệt rồi hoàn tác" });
  await expect(refused).toContainText("Lý do: Trùng với ý kiến đã gửi");
  await refused.getByText("Thêm", { exact: true }).click();
  await expect(refused.locator(".history li")).toHaveCount(3);
  await refused.getByRole("button", { name: "Hoàn tác quyết định gần nhất" }).click();
  await expect(refused).toContainText("Chị Lan đã hoàn tác lúc");
  expect(sql(`select action from audit where subject = 'comment' and subject_id in (select id from comments where article_id = ${article.id}) order by number`)).toEqual(["approve", "undo", "reject", "undo"]);
});

test("two moderators and a reader: what one decides the other sees, and the reader has it", async ({ page, another, staffState, browser }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [
    { name: "Người thứ nhất", body: "Ý kiến thứ nhất của hai người.", state: "held" },
    { name: "Người thứ hai", body: "Ý kiến thứ hai của hai người.", state: "held" },
  ]);
  const lan = await another(staffState);
  const other = await another();
  await signIn(other, "quantri", demoPassword());
  for (const desk of [lan, other]) {
    await desk.goto("/quan-tri");
    await alive(desk);
    await expect(desk.locator(".queue-card")).toHaveCount(2);
  }
  await page.goto(article.path);
  await alive(page);
  await lan.locator(".queue-card").first().getByRole("button", { name: "Duyệt", exact: true }).click();
  await expect(other.locator(".queue-card").first()).toContainText("Chị Lan đã duyệt lúc");
  await expect(other.locator(".queue-card").first().getByRole("button", { name: "Duyệt", exact: true })).toHaveCount(0);
  await page.getByRole("button", { name: "1 ý kiến mới" }).click();
  await expect(page.getByText("Ý kiến thứ nhất của hai người.")).toBeVisible();
  // gone from the open page within a second
  await other.locator(".queue-card").first().getByRole("button", { name: "Gỡ" }).click();
  await expect(page.getByText("Ý kiến thứ nhất của hai người.")).toHaveCount(0, { timeout: 1500 });
});

test("several at once: chosen, confirmed by their number, and undone together", async ({ another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, Array.from({ length: 60 }, (_, n) => ({ body: `Ý kiến hàng loạt số ${n + 1}.`, state: "held" as const })));
  const held = () => Number(sql(`select count(*) from comments where article_id = ${article.id} and state = 'held'`)[0]);
  const desk = await another(staffState);
  const { watching } = await import("../fixtures.ts");
  watching.get(desk)!.expected.add(428);
  await desk.goto("/quan-tri");
  await alive(desk);
  const cards = desk.locator(".queue-card");
  await expect(cards).toHaveCount(50);
  await expect(desk.getByRole("button", { name: "Duyệt 0 ý kiến" })).toBeHidden();
  for (const n of [0, 2, 4]) await cards.nth(n).getByRole("checkbox").check();
  await desk.getByRole("button", { name: "Duyệt 3 ý kiến" }).click();
  await expect(desk.getByText("Bạn đã duyệt 3 ý kiến.")).toBeVisible();
  expect(held()).toBe(57);
  await desk.getByRole("button", { name: /^Hoàn tác \(\d+\)$/ }).first().click();
  await expect.poll(held).toBe(60);
  await desk.getByRole("checkbox", { name: /^Tất cả 60 ý kiến/ }).check();
  await desk.getByRole("button", { name: "Từ chối 60 ý kiến" }).click();
  await expect(desk.getByText("Bạn sắp quyết định 60 ý kiến cùng lúc.")).toBeVisible();
  expect(held(), "nothing is done before it is confirmed").toBe(60);
  await audit(desk);
  await desk.getByRole("button", { name: "Từ chối 60 ý kiến" }).click();
  await expect(desk.getByText("Bạn đã từ chối 60 ý kiến.")).toBeVisible();
  expect(held()).toBe(0);
});

test("the whole queue by keyboard alone", async ({ another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, Array.from({ length: 5 }, (_, n) => ({ name: `Người ${n + 1}`, body: `Ý kiến bàn phím số ${n + 1}.`, state: "held" as const })));
  const states = () => sql(`select string_agg(state, ' ' order by id) from comments where article_id = ${article.id}`)[0];
  const desk = await another(staffState);
  await desk.goto("/quan-tri");
  await alive(desk);
  const cards = desk.locator(".queue-card");
  await expect(cards).toHaveCount(5);
  await desk.keyboard.press("j");
  await expect(cards.nth(0)).toBeFocused();
  await desk.keyboard.press("a");
  await expect(cards.nth(1)).toBeFocused();
  await expect(cards.nth(0)).toContainText("Chị Lan đã duyệt lúc");
  await desk.keyboard.press("r");
  await expect(cards.nth(1)).toContainText("Chị Lan đã từ chối lúc");
  await expect.poll(states).toBe("published rejected held held held");
  await desk.keyboard.press("u");
  await expect.poll(states).toBe("published held held held held");
  await expect(cards.nth(2)).toBeFocused();
  await desk.keyboard.press("k");
  await desk.keyboard.press("x");
  await desk.keyboard.press("j");
  await desk.keyboard.press("j");
  await desk.keyboard.press("j");
  await desk.keyboard.press("Shift+X");
  await expect(desk.getByRole("button", { name: "Duyệt 4 ý kiến" })).toBeVisible();
  // typing is typing
  await desk.keyboard.press("/");
  await expect(desk.getByRole("searchbox")).toBeFocused();
  await desk.keyboard.type("jakr");
  await expect(desk.getByRole("searchbox")).toHaveValue("jakr");
  expect(states()).toBe("published held held held held");
  await desk.keyboard.press("Tab");
  await desk.keyboard.press("?");
  await expect(desk.getByText("mở bảng này")).toBeVisible();
  await desk.getByRole("checkbox", { name: "Dùng phím tắt" }).uncheck();
  await cards.nth(1).focus();
  await desk.keyboard.press("a");
  await expect(cards.nth(1)).toBeFocused();
  expect(states()).toBe("published held held held held");
  await desk.reload();
  await alive(desk);
  await desk.getByText("Phím tắt", { exact: true }).click();
  await expect(desk.getByRole("checkbox", { name: "Dùng phím tắt" })).not.toBeChecked();
});

test("no room of the desk has a barrier", async ({ another }) => {
  const administrator = await another();
  await signIn(administrator, "quantri", demoPassword());
  await expect(administrator.getByRole("heading", { name: "Bàn duyệt" })).toBeVisible();
  for (const room of ["da-dang", "tu-choi", "bi-chan", "danh-gia", "so-lieu", "tu-ngu&thu=con+ch%C3%B3", "nhat-ky"]) {
    await administrator.goto(`/quan-tri?muc=${room}`);
    await expect(administrator.getByRole("button", { name: "Đăng xuất" })).toBeVisible();
    await audit(administrator);
  }
});

test("what is being typed on a card outlives all news of it", async ({ another, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  const [id] = addComments(article.id, [{ body: "Ý kiến đang được trả lời.", state: "held" }]);
  const desk = await another(staffState);
  await desk.goto("/quan-tri");
  await alive(desk);
  const card = desk.locator(".queue-card").first();
  await card.getByRole("combobox", { name: "Lý do nếu từ chối" }).fill("Đang viết lý do");
  await card.getByText("Thêm", { exact: true }).click();
  await card.getByLabel("Trả lời chính thức").fill("Đang viết câu trả lời");
  // it has waited for longer by now, its writer corrects it, and another comes in
  sql(`update comments set created_at = now() - interval '3 hours', body = 'Ý kiến vừa được sửa lại.', version = version + 1, corrected_at = now() where id = ${id}`);
  addComments(article.id, [{ body: "Một ý kiến khác vừa tới.", state: "held" }]);
  await expect(card).toContainText("chờ 3 giờ 0 phút");
  await expect(card).toContainText("Người viết đã sửa ý kiến này lúc");
  await expect(desk.locator(".queue-card")).toHaveCount(2);
  await expect(card.getByRole("combobox", { name: "Lý do nếu từ chối" })).toHaveValue("Đang viết lý do");
  await expect(card.getByLabel("Trả lời chính thức")).toHaveValue("Đang viết câu trả lời");
  // and the decision is about what stands there now
  await card.getByRole("button", { name: "Từ chối", exact: true }).click();
  await expect(card).toContainText("Chị Lan đã từ chối lúc");
  expect(sql(`select state || ' ' || version || ' ' || note from comments where id = ${id}`)).toEqual(["rejected 3 Đang viết lý do"]);
});
