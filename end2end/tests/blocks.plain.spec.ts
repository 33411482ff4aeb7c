// A blocked writer: until when, what they read, where staff find them, and what the record says.
import type { Page } from "@playwright/test";
import { demoPassword, expect, expectStatusOn, test } from "../fixtures.ts";
import { addComments, emptyQueue, expireSessions, makeArticle, makeStaff } from "../data.ts";
import { commentStates } from "../state.ts";
import { comments } from "../pages/comments.ts";
import { account, signIn } from "../pages/account.ts";
import { AUDIT, BLOCKED, QUEUE } from "../pages/desk.ts";
import { details } from "../pages/commentDetails.ts";
import { card, cardWith, commentsRoom } from "../pages/moderation.ts";

test("a writer is blocked for a time with a sentence that they read, and unblocked from the list", async ({
  page,
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  await page.goto(article.path);
  await comments(page).fill({ name: "Trần Quấy", body: "Ý kiến của người hay quấy." });
  await comments(page).send.click();
  await expect(comments(page).pendingNote).toBeVisible();
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await card(desk).showDetails.click();
  await details(desk).openBlock.click();
  await details(desk).blockDays.selectOption("30 ngày");
  await details(desk).blockNote.fill("Xin ông/bà giữ lời lẽ lịch sự.");
  await details(desk).blockWriter.click();
  await expect(commentsRoom(desk).justDecided).toContainText("Đã chặn người viết.");
  await page.reload();
  await expect(page.getByText("Xin ông/bà giữ lời lẽ lịch sự.")).toBeVisible();
  await comments(page).follow.click();
  await expect(page.getByText("Xin ông/bà giữ lời lẽ lịch sự.")).toBeVisible();
  const own = page.url();
  // what they send goes on waiting, in its own tab
  await page.goto(article.path);
  await comments(page).fill({ name: "Trần Quấy", body: "Ý kiến thứ hai của người này." });
  await comments(page).send.click();
  await expect(page.getByText("Xin ông/bà giữ lời lẽ lịch sự.").first()).toBeVisible();
  await expect.poll(() => commentStates(article.id)).toEqual(["blocked", "blocked"]);
  // and the page of one that was approved all the same says it too
  await desk.goto(`${QUEUE}?muc=bi-chan`);
  await card(cardWith(desk, "Ý kiến của người hay quấy.")).approve.click();
  await expect(commentsRoom(desk).justDecided).toContainText("đã duyệt");
  await page.goto(own);
  await expect(page.getByText("Xin ông/bà giữ lời lẽ lịch sự.")).toBeVisible();
  await card(commentsRoom(desk).justDecided).undo.click();
  await expect.poll(() => commentStates(article.id)).toEqual(["blocked", "blocked"]);
  await desk.goto(BLOCKED);
  const entry = desk.getByRole("listitem").filter({ hasText: "Trần Quấy" });
  await expect(entry).toContainText(/Chị Lan chặn lúc .*, đến .*\. 2 ý kiến đang chờ\./);
  await expect(entry).toContainText("Câu nhắn: “Xin ông/bà giữ lời lẽ lịch sự.”");
  await entry.getByRole("button", { name: "Bỏ chặn" }).click();
  await expect(desk.getByText("Không có ai bị chặn.")).toBeVisible();
  expect(commentStates(article.id)).toEqual(["pending", "pending"]);
  await expect(commentsRoom(desk).justDecided).toContainText("Đã bỏ chặn Trần Quấy.");
  // undone, it goes on as it was
  await card(desk).undo.click();
  await expect(commentsRoom(desk).justDecided).toContainText("Đã chặn lại Trần Quấy.");
  await expect(entry).toContainText("Câu nhắn: “Xin ông/bà giữ lời lẽ lịch sự.”");
  expect(commentStates(article.id)).toEqual(["blocked", "blocked"]);
  // the record says it in a sentence, and leads to the comment
  const administrator = await openBrowser();
  await signIn(administrator, "quantri", demoPassword(), AUDIT);
  const line = administrator.getByRole("listitem").filter({ hasText: "Chị Lan đã chặn người viết: ý kiến" }).first();
  await expect(line).toContainText("2 ý kiến đang chờ được chuyển");
  await line.getByRole("link", { name: /^ý kiến \d+$/ }).click();
  await expect(details(administrator).root).toContainText("Ý kiến của Trần Quấy");
  await expect(details(administrator).unblockWriter).toBeVisible();
  emptyQueue();
});

test("what was typed for a block comes back where the session ended, and where somebody else was first", async ({
  page,
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(article.id, [{ name: "Trần Quấy", body: "Ý kiến của người hay quấy.", state: "pending" }]);
  const password = makeStaff("chan-muon");
  await signIn(page, "chan-muon", password, QUEUE);
  const [first, late] = [await openBrowser(staffState), page];
  await first.goto(QUEUE);
  for (const desk of [first, late]) await card(desk).showDetails.click();
  await details(late).openBlock.click();
  await details(late).blockDays.selectOption("90 ngày");
  await details(late).blockNote.fill("Xin ông/bà giữ lời lẽ lịch sự.");
  expireSessions("chan-muon");
  expectStatusOn(late, 401);
  await details(late).blockWriter.click();
  await account(late).signIn("chan-muon", password);
  await expect(details(late).blockNote).toHaveValue("Xin ông/bà giữ lời lẽ lịch sự.");
  await expect(details(late).blockDays).toHaveValue("90");
  expect(commentStates(article.id), "nothing happened yet").toEqual(["pending"]);
  await details(first).block();
  expectStatusOn(late, 409);
  await details(late).blockWriter.click();
  await expect(late.getByRole("alert").first()).toContainText(/Chị Lan đã chặn người viết này trước, lúc/);
  await expect(details(late).unsent).toHaveValue("Xin ông/bà giữ lời lẽ lịch sự.");
  emptyQueue();
});

test("of two people who unblock a writer from the list the second is told, and nothing is ended unseen", async ({
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  const name = `Trần Quấy ${article.id}`;
  addComments(article.id, [{ name, body: "Ý kiến của người hay quấy.", state: "pending" }]);
  const [first, late] = [await openBrowser(staffState), await openBrowser(staffState)];
  await first.goto(QUEUE);
  await card(first).showDetails.click();
  await details(first).block();
  for (const desk of [first, late]) await desk.goto(BLOCKED);
  const unblock = (desk: Page) => desk.getByRole("listitem").filter({ hasText: name }).getByRole("button");
  await unblock(first).click();
  await expect(commentsRoom(first).justDecided).toContainText(`Đã bỏ chặn ${name}.`);
  expectStatusOn(late, 409);
  await unblock(late).click();
  await expect(late.getByRole("alert").first()).toContainText(
    /^Chị Lan đã bỏ chặn người viết này trước, lúc .* Lần bấm Bỏ chặn không có tác dụng\.$/,
  );
  expect(commentStates(article.id)).toEqual(["pending"]);
  emptyQueue();
});
