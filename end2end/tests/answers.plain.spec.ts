// What the office answers again and again, and how it corrects an answer, without script.
import { expect, expectStatusOn, test } from "../fixtures.ts";
import { addComments, makeArticle, withdrawComment } from "../data.ts";
import { commentStates } from "../state.ts";
import { comments } from "../pages/comments.ts";
import { QUEUE, SAVED_ANSWERS } from "../pages/desk.ts";
import { details } from "../pages/commentDetails.ts";
import { answerCards, card, cards, cardWith, commentsRoom } from "../pages/moderation.ts";
import { savedAnswersRoom } from "../pages/rooms.ts";

test("a saved answer is kept with its blanks, and put into the answer to a comment, where it can be changed", async ({
  page,
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  const [id] = addComments(article.id, [{ name: "Lê Thảo", body: `Nhà tôi chưa có nước, số ${article.id}.` }]);
  const title = `Nước ${article.id}`;
  const desk = await openBrowser(staffState);
  await desk.goto(SAVED_ANSWERS);
  expectStatusOn(desk, 422);
  await savedAnswersRoom(desk).save(title, "Chào {tên}, {giờ} có nước.");
  await expect(savedAnswersRoom(desk).problem("Không có chỗ trống {giờ}. Chỉ dùng được {tên}, {bài}, {ngày}")).toBeVisible();
  await expect(savedAnswersRoom(desk).text, "what was typed is still there").toHaveValue("Chào {tên}, {giờ} có nước.");
  await savedAnswersRoom(desk).save(title, "Chào {tên}, về bài “{bài}”: đã báo công ty cấp nước.");
  await expect(savedAnswersRoom(desk).entry(title)).toContainText("Chào {tên}, về bài “{bài}”");
  await savedAnswersRoom(desk).save(title, "Một câu khác cùng tên.");
  await expect(savedAnswersRoom(desk).problem("Đã có câu mẫu với tên này")).toBeVisible();

  await desk.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  await card(desk).openAnswer.click();
  await card(desk).officialReply.fill("Đã viết được nửa câu");
  const opened = desk.waitForEvent("popup");
  await card(desk).savedAnswers.click();
  const list = await opened;
  await list.getByLabel("Tìm câu mẫu").fill(`nuoc ${article.id}`);
  await list.getByRole("button", { name: "Tìm", exact: true }).click();
  await expect(savedAnswersRoom(list).offered).toHaveCount(1);
  await list.getByRole("link", { name: title }).click();
  const filled = `Chào Lê Thảo, về bài “${article.title}”: đã báo công ty cấp nước.`;
  const answered = card(cardWith(list, `số ${article.id}`));
  await expect(cards(list), "the filter stays").toHaveCount(1);
  await expect(card(desk).officialReply, "what was typed is still there").toHaveValue("Đã viết được nửa câu");
  await expect(answered.officialReply).toHaveValue(filled);
  await answered.officialReply.fill(`${filled} Xin chờ.`);
  await answered.answer.click();
  await page.goto(article.path);
  await expect(comments(page).officialReply).toContainText(`${filled} Xin chờ.`);
  await expect(comments(page).byId(id)).not.toContainText("đã sửa lúc");
  // thrown away in two presses
  await desk.goto(SAVED_ANSWERS);
  await savedAnswersRoom(desk).openDeleting(title);
  await savedAnswersRoom(desk).entry(title).getByRole("button", { name: "Xóa hẳn câu mẫu này" }).click();
  await expect(savedAnswersRoom(desk).entry(title)).toHaveCount(0);
});

test("an answer is corrected: readers see when, staff the wording before, and the record no words", async ({
  page,
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  addComments(article.id, [{ name: "Lê Thảo", body: `Khi nào có nước lại, số ${article.id}?` }]);
  const desk = await openBrowser(staffState);
  const published = `${QUEUE}?muc=da-dang&bai=${article.id}`;
  await desk.goto(published);
  await card(desk).openAnswer.click();
  await card(desk).officialReply.fill("Từ 11 giờ hôm nay.");
  await card(desk).answer.click();
  await desk.goto(published);
  const answer = () => card(answerCards(desk));
  await answer().showDetails.click();
  await details(desk).openCorrection.click();
  await expect(details(desk).correctedText).toHaveValue("Từ 11 giờ hôm nay.");
  const late = await openBrowser(staffState);
  await late.goto(desk.url());
  await details(late).openCorrection.click();
  await details(desk).correctedText.fill("Từ 13 giờ hôm nay.");
  await details(desk).saveCorrection.click();
  await expect(commentsRoom(desk).justDecided).toContainText("Đã sửa câu trả lời.");
  await expect(details(desk).earlierWordings).toContainText("Từ 11 giờ hôm nay.");
  expectStatusOn(late, 409);
  await details(late).correctedText.fill("Từ 14 giờ hôm nay.");
  await details(late).saveCorrection.click();
  await expect(late.getByRole("alert").first()).toContainText(/Ông\/bà đã sửa .* Lần bấm Lưu câu trả lời không có tác dụng\./);
  await expect(details(late).correctedText, "what was typed is still there").toHaveValue("Từ 14 giờ hôm nay.");
  await page.goto(article.path);
  await expect(comments(page).officialReply).toContainText("Từ 13 giờ hôm nay.");
  await expect(comments(page).officialReply).toContainText(/đã sửa lúc \d\d:\d\d/);
  await expect(page.getByText("Từ 11 giờ hôm nay.")).toHaveCount(0);
});

test("an answer to what was taken down meanwhile is refused, and its words are there to be copied", async ({
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  const text = `Nhà tôi chưa có nước, số ${article.id}.`;
  addComments(article.id, [{ name: "Lê Thảo", body: text }]);
  const [desk, late, later] = [
    await openBrowser(staffState),
    await openBrowser(staffState),
    await openBrowser(staffState),
  ];
  for (const page of [desk, late, later]) await page.goto(`${QUEUE}?muc=da-dang&bai=${article.id}`);
  await card(late).showDetails.click();
  await details(late).openQuestion.click();
  await details(late).passedTo.fill("Điện lực");
  await details(late).passedNote.fill("chờ lịch sửa");
  await card(desk).refuse();
  expectStatusOn(late, 422);
  await details(late).saveQuestion.click();
  await expect(late.getByRole("alert").first()).toContainText("Ý kiến này không còn trên trang");
  await expect(late.getByRole("textbox", { name: "Ông/bà đã viết, chưa lưu được" })).toHaveValue("Điện lực\nchờ lịch sửa");
  expectStatusOn(later, 409);
  await card(later).openAnswer.click();
  await card(later).officialReply.fill("Từ 11 giờ hôm nay.");
  await card(later).answer.click();
  await expect(later.getByRole("alert").first()).toContainText(/đã gỡ trước, lúc .* Lần bấm Đăng trả lời không có tác dụng\./);
  await expect(later.getByRole("textbox", { name: "Ông/bà đã viết, chưa lưu được" })).toHaveValue("Từ 11 giờ hôm nay.");
});

test("an answer to what its writer withdrew is refused, says who did, and can be copied", async ({
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  const [comment] = addComments(article.id, [{ name: "Lê Thảo", body: "Nhà tôi chưa có nước.", state: "pending" }]);
  const desk = await openBrowser(staffState);
  await desk.goto(`${QUEUE}?bai=${article.id}`);
  await card(desk).openAnswer.click();
  await card(desk).officialReply.fill("Từ 11 giờ hôm nay.");
  withdrawComment(comment);
  expectStatusOn(desk, 409);
  await card(desk).approveAndReply.click();
  await expect(desk.getByRole("alert").first()).toContainText(
    /^Người viết đã rút ý kiến này trước, lúc .* Lần bấm Đăng trả lời không có tác dụng\.$/,
  );
  await expect(desk.getByRole("textbox", { name: "Ông/bà đã viết, chưa lưu được" })).toHaveValue("Từ 11 giờ hôm nay.");
  expect(commentStates(article.id)).toEqual(["removed"]);
});
