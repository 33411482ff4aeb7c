import { audit, authenticatorCode, demoPassword, expect, expectStatusOn, test } from "../fixtures.ts";
import { makeStaff } from "../data.ts";
import { site } from "../pages/site.ts";
import { account, signIn } from "../pages/account.ts";
import { ACCOUNT, enterRoom } from "../pages/desk.ts";
import { staffRoom } from "../pages/rooms.ts";

test("a second factor is enabled, requested at sign-in, and replaced by a recovery code", async ({
  page,
  openBrowser,
}) => {
  const password = makeStaff("hai-lop");
  await signIn(page, "hai-lop", password, ACCOUNT);
  await account(page).passwordForSecondFactor.fill(password);
  await account(page).enableSecondFactor.click();
  await expect(account(page).qrCode).toBeVisible();
  await audit(page);
  const secret = await account(page).secret.innerText();
  await account(page).confirmSecondFactor(authenticatorCode(secret, -1));
  const codes = account(page).recoveryCodes;
  await expect(codes).toHaveCount(10);
  const recovery = await codes.first().innerText();
  await audit(page);
  await page.reload();
  await expect(account(page).recoveryCodesLeft(10)).toBeVisible();
  const phone = await openBrowser();
  expectStatusOn(phone, 422);
  await signIn(phone, "hai-lop", password);
  await expect(account(phone).code).toBeVisible();
  await audit(phone);
  await account(phone).enterCode("000000");
  await expect(site(phone).alert).toContainText("Mã chưa đúng");
  await account(phone).enterCode(authenticatorCode(secret));
  await expect(account(phone).deskHeading).toBeVisible();
  const other = await openBrowser();
  await signIn(other, "hai-lop", password);
  await account(other).enterCode(recovery);
  await expect(account(other).deskHeading).toBeVisible();
  await other.goto(ACCOUNT);
  await expect(account(other).recoveryCodesLeft(9)).toBeVisible();
});

test("the staff room, an invitation and the account room pass the accessibility audit", async ({
  page,
  openBrowser,
}) => {
  await signIn(page, "quantri", demoPassword());
  await enterRoom(page, "Cán bộ");
  await expect(staffRoom(page).inviteHeading).toBeVisible();
  await staffRoom(page).firstMember.change.click();
  await audit(page);
  await staffRoom(page).displayName.fill("Chị Nhã");
  await staffRoom(page).username.fill("nha.le");
  await staffRoom(page).ownPassword.fill(demoPassword());
  await staffRoom(page).invite.click();
  const link = await staffRoom(page).invitation("Chị Nhã").inputValue();
  await audit(page);
  const invited = await openBrowser();
  await invited.goto(link);
  await expect(account(invited).invitationHeading).toBeVisible();
  await audit(invited);
  await page.goto(ACCOUNT);
  await expect(account(page).sessionsHeading).toBeVisible();
  await audit(page);
});
