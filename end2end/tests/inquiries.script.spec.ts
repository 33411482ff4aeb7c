// Writing to the office on a page that is open, and two people who answer.
import { audit, expect, openDeskOf, test } from "../fixtures.ts";
import { CONTACT, contact, ownInquiry } from "../pages/contact.ts";
import { QUEUE } from "../pages/desk.ts";
import { card, cardWith, commentsRoom } from "../pages/moderation.ts";
import { waitUntilLive, waitUntilRunning } from "../pages/site.ts";

const INQUIRIES = `${QUEUE}?muc=lien-he`;

test("an inquiry arrives on open desks, and of two who answer it the second is told", async ({
  page,
  openBrowser,
  staffState,
}) => {
  const [lan, hoa] = [await openBrowser(staffState), await openDeskOf(openBrowser, "hoa")];
  for (const desk of [lan, hoa]) {
    await desk.goto(INQUIRIES);
    await waitUntilLive(desk);
  }
  const question = `Bao giờ có lịch tiêm, số ${process.pid}?`;
  await page.goto(CONTACT);
  await contact(page).fill({ body: question });
  await contact(page).send.click();
  await expect(ownInquiry(page).state).toHaveText("Lời nhắn của ông/bà đang chờ trả lời.");
  for (const desk of [lan, hoa]) {
    await expect(cardWith(desk, question)).toHaveCount(1);
    await expect(commentsRoom(desk).badge("Liên hệ")).toBeVisible();
    await card(cardWith(desk, question)).openAnswer.click();
  }
  await card(cardWith(lan, question)).officialReply.fill("Ngày 30 tháng này, tại trạm y tế.");
  await card(cardWith(hoa, question)).officialReply.fill("Tuần sau, phường sẽ thông báo.");
  await card(cardWith(lan, question)).sendAnswer.click();
  await expect(card(cardWith(lan, question)).outcome).toContainText("Đã gửi trả lời.");
  // what overtakes an answer that is being typed leaves the words, to be copied
  await expect(cardWith(hoa, question)).toContainText("Chị Lan đã");
  await expect(cardWith(hoa, "Tuần sau, phường sẽ thông báo.").or(card(cardWith(hoa, question)).officialReply)).toBeVisible();
  await page.reload();
  await expect(ownInquiry(page).answers).toHaveCount(1);
  await card(cardWith(lan, question)).undoWithCountdown.click();
  await expect(card(cardWith(lan, question)).done).toBeVisible();
  await page.reload();
  await expect(ownInquiry(page).answers).toHaveCount(0);
});

test("what is typed on the page of contacts survives a reload, and is gone once it is sent", async ({ page }) => {
  await page.goto(CONTACT);
  await waitUntilRunning(page);
  await contact(page).body.fill("Một lời nhắn chưa kịp gửi.");
  await page.reload();
  await expect(contact(page).body).toHaveValue("Một lời nhắn chưa kịp gửi.");
  await contact(page).fill({ body: `Lời nhắn được gửi đi, số ${process.pid}.` });
  await contact(page).send.click();
  await expect(ownInquiry(page).heading).toBeVisible();
  await page.goto(CONTACT);
  await waitUntilRunning(page);
  await expect(contact(page).body).toHaveValue("");
});

test("the page of contacts, the writer's page and the tab of inquiries are accessible", async ({
  page,
  openBrowser,
  staffState,
}) => {
  await page.goto(CONTACT);
  await contact(page).fill({ phone: "0912 345 678", body: `Để thử khả năng tiếp cận, số ${process.pid}.` });
  await audit(page);
  await contact(page).send.click();
  await expect(ownInquiry(page).heading).toBeVisible();
  const desk = await openBrowser(staffState);
  await desk.goto(INQUIRIES);
  await waitUntilLive(desk);
  await expect(cardWith(desk, "khả năng tiếp cận")).toHaveCount(1);
  for (const scheme of ["light", "dark"] as const) {
    for (const shown of [page, desk]) {
      await shown.emulateMedia({ colorScheme: scheme });
      await audit(shown);
    }
  }
  await desk.emulateMedia({ forcedColors: "active" });
  await audit(desk);
});
