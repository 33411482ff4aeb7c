// A saved answer on a page that is open: found while one types, put into the field with one press.
import { audit, expect, expectStatusOn, test } from "../fixtures.ts";
import { addComments, makeArticle, withdrawComment } from "../data.ts";
import { comments } from "../pages/comments.ts";
import { QUEUE, SAVED_ANSWERS } from "../pages/desk.ts";
import { details } from "../pages/commentDetails.ts";
import { answerCards, card, cardOf, cardWith } from "../pages/moderation.ts";
import { savedAnswersRoom } from "../pages/rooms.ts";
import { waitUntilLive } from "../pages/site.ts";

test("a saved answer is found while one types, and one press puts it into the field", async ({
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  const text = `Nhà tôi chưa có nước, số ${article.id}.`;
  const [id] = addComments(article.id, [{ name: "Lê Thảo", body: text }]);
  const desk = await openBrowser(staffState);
  await desk.goto(SAVED_ANSWERS);
  for (const subject of ["Nước", "Điện"]) {
    await savedAnswersRoom(desk).save(`${subject} ${article.id}`, `Chào {tên}, đã báo công ty (${subject}).`);
    await expect(savedAnswersRoom(desk).entry(`${subject} ${article.id}`)).toBeVisible();
  }
  await audit(desk);
  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  await waitUntilLive(desk);
  const shown = card(cardOf(desk, id));
  await shown.openAnswer.click();
  await shown.officialReply.fill("Kính gửi.");
  await shown.savedAnswers.click();
  await expect(shown.searchSavedAnswers).toBeFocused();
  await expect(shown.savedAnswer(`Nước ${article.id}`)).toBeVisible();
  await shown.searchSavedAnswers.fill(`dien ${article.id}`);
  await expect(shown.savedAnswer(`Nước ${article.id}`)).toBeHidden();
  await audit(desk);
  await shown.savedAnswer(`Điện ${article.id}`).click();
  await expect(shown.officialReply).toHaveValue("Kính gửi.\n\nChào Lê Thảo, đã báo công ty (Điện).");
  await expect(shown.officialReply).toBeFocused();
  expect(desk.url()).toContain("muc=da-dang");
  await shown.answer.click();
  await expect(shown.outcome).toContainText("Đã đăng trả lời.");
});

test("a note that was typed and not sent never comes back in the field of an answer", async ({ openBrowser, staffState }) => {
  const article = makeArticle();
  const text = `Ý kiến cần ghi chú, số ${article.id}.`;
  addComments(article.id, [{ name: "Lê Thảo", body: text }]);
  const desk = await openBrowser(staffState);
  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  await waitUntilLive(desk);
  await card(cardWith(desk, text)).showDetails.click();
  await details(desk).openNote.click();
  await details(desk).noteBody.fill("Người này hay gây sự.");
  await desk.reload();
  await waitUntilLive(desk);
  await card(cardWith(desk, text)).showDetails.click();
  await expect(details(desk).noteBody).toHaveValue("Người này hay gây sự.");
  await expect(desk.getByLabel("Trả lời chính thức")).toHaveValue("");
});

for (const viewport of [
  { width: 360, height: 740 },
  { width: 1280, height: 900 },
]) {
  test(`what a comment answers is read whole and answered in place at ${viewport.width} px`, async ({ openBrowser, staffState }) => {
    const article = makeArticle();
    const question = `Khi nào có nước lại ạ? ${"Nhà tôi ở hẻm 12. ".repeat(12)}Số ${article.id}.`;
    const [parent] = addComments(article.id, [{ name: "Chú Năm", body: question }]);
    const [reply] = addComments(article.id, [{ name: "Cô Ba", body: "Nhà tôi cũng chờ nước.", parent, state: "pending" }]);
    const desk = await openBrowser(staffState);
    await desk.setViewportSize(viewport);
    await desk.goto(`${QUEUE}?bai=${article.id}`);
    await waitUntilLive(desk);
    await card(cardOf(desk, reply)).showDetails.click();
    const related = details(desk).related("Khi nào có nước lại ạ?").first();
    await related.locator("summary", { hasText: "Đọc hết" }).click();
    await expect(related).toContainText(`Số ${article.id}.`);
    const address = desk.url();
    // another field of the same kind keeps what stands in it
    await card(cardOf(desk, reply)).openAnswer.click();
    await card(cardOf(desk, reply)).officialReply.fill("Câu viết dở.");
    await details(desk).answerRelated("Khi nào có nước lại ạ?", "Từ 11 giờ hôm nay.");
    await expect(details(desk).related("Từ 11 giờ hôm nay.").first()).toContainText("trả lời chính thức");
    await expect(card(cardOf(desk, reply)).outcome).toContainText("Đã đăng trả lời.");
    expect(desk.url()).toBe(address);
    await audit(desk);
    // undone, the question is unanswered again, and the comment beside it waits as before
    await card(cardOf(desk, reply)).undo.click();
    await expect(details(desk).related("Từ 11 giờ hôm nay.").first()).toContainText("trả lời chính thức, đã gỡ");
    await expect(card(cardOf(desk, reply)).approve).toBeVisible();
    await expect(card(cardOf(desk, reply)).outcome).not.toContainText("Đã gỡ");
  });
}

for (const viewport of [
  { width: 360, height: 740 },
  { width: 1280, height: 900 },
]) {
  test(`an answer to what was taken down meanwhile is kept in sight at ${viewport.width} px`, async ({ openBrowser, staffState }) => {
    const article = makeArticle();
    const question = `Khi nào có nước lại ạ? Số ${article.id}.`;
    const [parent] = addComments(article.id, [{ name: "Chú Năm", body: question }]);
    const [reply] = addComments(article.id, [{ name: "Cô Ba", body: "Nhà tôi cũng chờ nước.", parent, state: "pending" }]);
    const [desk, other] = [await openBrowser(staffState), await openBrowser(staffState)];
    await desk.setViewportSize(viewport);
    await desk.goto(`${QUEUE}?bai=${article.id}`);
    await waitUntilLive(desk);
    await card(cardOf(desk, reply)).showDetails.click();
    const related = details(desk).related("Khi nào có nước lại ạ?").first();
    // one is at work there, so nothing is read anew under the hand
    const answer = "Từ 11 giờ hôm nay.\n<b>Xin cảm ơn</b> & kính chào.";
    await details(desk).writeAnswerToRelated("Khi nào có nước lại ạ?", answer);
    await other.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
    await waitUntilLive(other);
    await card(cardOf(other, parent)).refuse();
    await expect(card(cardOf(other, parent)).outcome).toHaveText("Đã gỡ");
    expectStatusOn(desk, 409);
    await related.getByRole("button", { name: /trả lời$/ }).click();
    await expect(card(cardOf(desk, reply)).overtaken).toContainText("đã gỡ trước");
    await expect(details(desk).unsent).toHaveValue(answer);
    await expect(details(desk).related("Khi nào có nước lại ạ?").first()).toContainText("đã gỡ");
    await audit(desk);
    // it stays while other things are done here
    await details(desk).openNote.click();
    await details(desk).noteBody.fill("Đã gọi điện cho chú Năm.");
    await details(desk).noteOnComment.click();
    await expect(details(desk).notes).toHaveCount(1);
    await expect(details(desk).unsent).toHaveValue(answer);
  });
}

test("who corrects an answer second, on a page that is open, is told and replaces nothing", async ({ openBrowser, staffState }) => {
  const article = makeArticle();
  const [question] = addComments(article.id, [{ name: "Lê Thảo", body: `Khi nào có nước lại, số ${article.id}?` }]);
  const [desk, late] = [await openBrowser(staffState), await openBrowser(staffState)];
  const published = `${QUEUE}?muc=da-dang&bai=${article.id}`;
  await desk.goto(published);
  await waitUntilLive(desk);
  // the card of the answer may arrive beside it at once
  const asked = card(cardOf(desk, question));
  await asked.openAnswer.click();
  await asked.officialReply.fill("Từ 11 giờ hôm nay.");
  await asked.answer.click();
  await expect(asked.outcome).toContainText("Đã đăng trả lời.");
  for (const page of [desk, late]) {
    await page.goto(published);
    await waitUntilLive(page);
    await card(answerCards(page)).showDetails.click();
    await details(page).openCorrection.click();
  }
  await details(late).correctedText.fill("Từ 14 giờ hôm nay.");
  await details(desk).correctedText.fill("Từ 13 giờ hôm nay.");
  await details(desk).saveCorrection.click();
  // the other's card has the new wording by now, and their form the earlier one
  await expect(answerCards(late)).toContainText("Từ 13 giờ hôm nay.");
  expectStatusOn(late, 409);
  await details(late).saveCorrection.click();
  await expect(card(answerCards(late)).overtaken).toContainText("Lần bấm Lưu câu trả lời không có tác dụng.");
  await expect(details(late).correctedText, "what was typed is still there").toHaveValue("Từ 14 giờ hôm nay.");
  await expect(answerCards(desk)).toContainText("Từ 13 giờ hôm nay.");
});

test("the line about earlier comments of a writer opens them", async ({ openBrowser, staffState }) => {
  const article = makeArticle();
  const reader = await openBrowser();
  for (const body of ["Ý kiến trước của tôi.", "Ý kiến sau của tôi."]) {
    await reader.goto(article.path);
    await comments(reader).fill({ body });
    await comments(reader).send.click();
    await expect(reader.getByText(body)).toBeVisible();
  }
  const desk = await openBrowser(staffState);
  await desk.setViewportSize({ width: 360, height: 740 });
  await desk.goto(`${QUEUE}?bai=${article.id}`);
  await waitUntilLive(desk);
  await card(cardWith(desk, "Ý kiến sau của tôi.")).earlier.click();
  await expect(details(desk).writerHeading).toBeFocused();
  await expect(details(desk).writerHeading).toBeInViewport();
  await expect(details(desk).related("Ý kiến trước của tôi.").first()).toBeVisible();
});

test("who reads an article sees the corrected answer without loading the page again", async ({
  page,
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  const [id] = addComments(article.id, [{ name: "Lê Thảo", body: `Khi nào có nước lại, số ${article.id}?` }]);
  const desk = await openBrowser(staffState);
  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  await waitUntilLive(desk);
  const question = card(cardOf(desk, id));
  await question.openAnswer.click();
  await question.officialReply.fill("Từ 11 giờ hôm nay.");
  await question.answer.click();
  await expect(question.outcome).toContainText("Đã đăng trả lời.");
  await page.goto(article.path);
  await waitUntilLive(page);
  await desk.reload();
  await waitUntilLive(desk);
  const answer = card(answerCards(desk));
  await answer.showDetails.click();
  await details(desk).openCorrection.click();
  await details(desk).correctedText.fill("Từ 13 giờ hôm nay.");
  await details(desk).saveCorrection.click();
  await expect(answer.outcome).toContainText("Đã sửa câu trả lời.");
  await expect(details(desk).earlierWordings).toContainText("Từ 11 giờ hôm nay.");
  await expect(comments(page).officialReply).toContainText("Từ 13 giờ hôm nay.");
  await expect(comments(page).officialReply).toContainText("đã sửa lúc");
});

test("a comment that its writer withdrew while it was answered says so, and the answer is still there", async ({
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  const [comment] = addComments(article.id, [{ name: "Lê Thảo", body: "Nhà tôi chưa có nước.", state: "pending" }]);
  const desk = await openBrowser(staffState);
  await desk.goto(`${QUEUE}?bai=${article.id}`);
  await waitUntilLive(desk);
  await card(desk).openAnswer.click();
  await card(desk).officialReply.fill("Từ 11 giờ hôm nay.");
  // it is withdrawn while the press is on its way
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await desk.route("**/api/answer-comment", async (route) => {
    await held;
    await route.continue();
  });
  expectStatusOn(desk, 409);
  await card(desk).approveAndReply.click();
  withdrawComment(comment);
  release();
  await expect(card(desk).overtaken).toContainText(
    /^Người viết đã rút ý kiến này trước, lúc .* Lần bấm Đăng trả lời không có tác dụng\.$/,
  );
  await expect(card(desk).officialReply, "to be copied").toHaveValue("Từ 11 giờ hôm nay.");
  await expect(card(desk).approveAndReply).toHaveCount(0);
});
