// A blocked writer: until when, what they read, where staff find them, and what the record says.
import { demoPassword, expect, test } from "../fixtures.ts";
import { emptyQueue, makeArticle } from "../data.ts";
import { commentStates } from "../state.ts";
import { comments } from "../pages/comments.ts";
import { signIn } from "../pages/account.ts";
import { AUDIT, BLOCKED, QUEUE } from "../pages/desk.ts";
import { details } from "../pages/commentDetails.ts";
import { card, commentsRoom } from "../pages/moderation.ts";

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
  // what they send goes on waiting, in its own tab
  await page.goto(article.path);
  await comments(page).fill({ name: "Trần Quấy", body: "Ý kiến thứ hai của người này." });
  await comments(page).send.click();
  await expect(page.getByText("Xin ông/bà giữ lời lẽ lịch sự.").first()).toBeVisible();
  await expect.poll(() => commentStates(article.id)).toEqual(["blocked", "blocked"]);
  await desk.goto(BLOCKED);
  const entry = desk.getByRole("listitem").filter({ hasText: "Trần Quấy" });
  await expect(entry).toContainText(/Chị Lan chặn lúc .*, đến .*\. 2 ý kiến đang chờ\./);
  await expect(entry).toContainText("Câu nhắn: “Xin ông/bà giữ lời lẽ lịch sự.”");
  await entry.getByRole("button", { name: "Bỏ chặn" }).click();
  await expect(desk.getByText("Không có ai bị chặn.")).toBeVisible();
  expect(commentStates(article.id)).toEqual(["pending", "pending"]);
  // undone, it goes on as it was
  await card(desk).undo.click();
  await expect(commentsRoom(desk).justDecided).toContainText("Đã chặn người viết.");
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
