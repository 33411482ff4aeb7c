// Questions and notes on a page that is open: in place, and with two people.
import { type Page } from "@playwright/test";
import { audit, expect, openDeskOf, test } from "../fixtures.ts";
import { addComments, makeArticle } from "../data.ts";
import { QUEUE } from "../pages/desk.ts";
import { details } from "../pages/commentDetails.ts";
import { card, cards, cardWith, commentsRoom, dueLine } from "../pages/moderation.ts";
import { waitUntilLive } from "../pages/site.ts";

async function openAt(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await waitUntilLive(page);
}

test("a question is given to somebody in place, arrives on the other's open page, and goes when it is answered", async ({
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  const text = `Nhà tôi chưa có nước, số ${article.id}.`;
  addComments(article.id, [{ name: "Lê Thảo", body: text }]);
  const [lan, hoa] = [await openBrowser(staffState), await openDeskOf(openBrowser, "hoa")];
  await openAt(hoa, `${QUEUE}?muc=chua-tra-loi&bai=${article.id}`);
  await expect(cards(hoa)).toHaveCount(0);
  await openAt(lan, `${QUEUE}?muc=da-dang&bai=${article.id}`);
  await card(cardWith(lan, text)).showDetails.click();
  await details(lan).openQuestion.click();
  await details(lan).assignee.selectOption({ label: "Anh Hòa" });
  await details(lan).saveQuestion.click();
  await expect(card(lan).outcome).toContainText("Đã lưu hạn và người trả lời.");
  await expect(dueLine(cardWith(lan, text))).toContainText("Anh Hòa");
  await expect(details(lan).root).toContainText("Người trả lời: Anh Hòa.");
  await expect(cards(hoa)).toHaveCount(1);
  await expect(commentsRoom(hoa).badge("Chưa trả lời")).toBeVisible();
  // the one who has it answers; for the other it is no question any more
  await openAt(lan, `${QUEUE}?muc=chua-tra-loi&bai=${article.id}`);
  await card(hoa).openAnswer.click();
  await card(hoa).officialReply.fill("Từ 11 giờ hôm nay.");
  await card(hoa).answer.click();
  await expect(card(hoa).outcome).toContainText("Đã đăng trả lời.");
  await expect(commentsRoom(lan).folded).toHaveCount(1);
  await card(hoa).undoWithCountdown.click();
  await expect(commentsRoom(lan).folded, "it waits again").toHaveCount(0);
});

test("a note is written in place, what is being typed does not give way, and all of it is accessible", async ({
  openBrowser,
  staffState,
}) => {
  const article = makeArticle();
  addComments(article.id, [
    { name: "Lê Thảo", body: `Ý kiến cần ghi chú, số ${article.id}.` },
    { name: "Trần Hải", body: `Ý kiến đứng bên cạnh, số ${article.id}.` },
  ]);
  const desk = await openBrowser(staffState);
  await desk.setViewportSize({ width: 1280, height: 900 });
  await openAt(desk, `${QUEUE}?muc=da-dang&bai=${article.id}`);
  await card(cardWith(desk, "cần ghi chú")).showDetails.click();
  await details(desk).openNote.click();
  await details(desk).noteBody.fill("Đã gọi điện hai lần.");
  await cardWith(desk, "đứng bên cạnh").focus();
  await desk.keyboard.press("?");
  await expect(commentsRoom(desk).shortcutsDialog).toBeVisible();
  await commentsRoom(desk).closeShortcuts.click();
  await expect(details(desk).noteBody, "another card has the focus").toHaveValue("Đã gọi điện hai lần.");
  // what stands in another form stays when this one is sent
  await details(desk).openQuestion.click();
  await details(desk).assignee.selectOption({ label: "Chị Mai" });
  await details(desk).passedTo.fill("Điện lực");
  await details(desk).noteOnComment.click();
  await expect(details(desk).notes).toHaveCount(1);
  await expect(details(desk).passedTo).toHaveValue("Điện lực");
  await expect(details(desk).assignee).toHaveValue(/\d+/);
  await expect(details(desk).noteBody).toHaveValue("");
  await expect(dueLine(cardWith(desk, "cần ghi chú"))).toHaveText("có ghi chú");
  await details(desk).openNote.click();
  for (const scheme of ["light", "dark"] as const) {
    await desk.emulateMedia({ colorScheme: scheme });
    await audit(desk);
  }
  await desk.emulateMedia({ forcedColors: "active" });
  await audit(desk, ["color-contrast"]);
});
