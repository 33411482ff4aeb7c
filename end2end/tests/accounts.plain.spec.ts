import { expect, test } from "../fixtures.ts";
import { makeStaff } from "../data.ts";
import { site } from "../pages/site.ts";
import { account, signIn } from "../pages/account.ts";
import { ACCOUNT, STAFF, enterRoom, openMenu, roomLink } from "../pages/desk.ts";
import { auditEntries, staffRoom } from "../pages/rooms.ts";

test("an administrator invites a colleague, changes the role and disables the account", async ({
  page,
  openBrowser,
  expectStatus,
}) => {
  const password = makeStaff("moi-chu", "administrator");
  await signIn(page, "moi-chu", password);
  await enterRoom(page, "Cán bộ");
  await staffRoom(page).displayName.fill("Chị Hoa");
  await staffRoom(page).username.fill("lan");
  await staffRoom(page).role.selectOption("Biên tập");
  expectStatus(422);
  await staffRoom(page).ownPassword.fill(password);
  await staffRoom(page).invite.click();
  await expect(site(page).alert).toContainText("đã có người dùng");
  await expect(staffRoom(page).displayName).toHaveValue("Chị Hoa");
  await expect(staffRoom(page).role).toHaveValue("editor");
  await staffRoom(page).username.fill("moi-hoa");
  await staffRoom(page).ownPassword.fill(password);
  await staffRoom(page).invite.click();
  const link = await staffRoom(page).invitation("Chị Hoa").inputValue();
  await page.reload();
  await expect(staffRoom(page).invitation("Chị Hoa")).toHaveCount(0);
  const hoa = await openBrowser();
  await hoa.goto(link);
  await expect(account(hoa).greeting("Chị Hoa")).toBeVisible();
  await account(hoa).fillNewPassword("bảy con cá vàng lội");
  await account(hoa).acceptInvitation.click();
  await expect(account(hoa).deskHeading).toBeVisible();
  await openMenu(hoa);
  await expect(roomLink(hoa, "Cán bộ")).toHaveCount(0);
  await page.goto(STAFF);
  const member = staffRoom(page).member("moi-hoa");
  await expect(member.root).toContainText("Biên tập · Đang có 1 phiên đăng nhập");
  await member.change.click();
  await member.role.selectOption("Quản trị");
  await member.ownPassword.fill(password);
  // Enter presses none of several buttons
  await member.ownPassword.press("Enter");
  await expect(member.ownPassword).toHaveValue(password);
  await member.changeRole.click();
  await expect(staffRoom(page).roleChanged).toBeVisible();
  await hoa.reload();
  await openMenu(hoa);
  await expect(roomLink(hoa, "Cán bộ")).toBeVisible();
  await member.change.click();
  await member.ownPassword.fill(password);
  await member.disable.click();
  await expect(member.root).toContainText("Đã khóa");
  await hoa.reload();
  await expect(account(hoa).signInHeading).toBeVisible();
  await enterRoom(page, "Nhật ký");
  await expect(auditEntries(page).first()).toContainText("khóa tài khoản");
});

test("a member of staff ends another session and changes the password", async ({ page, openBrowser }) => {
  const password = makeStaff("rieng");
  await signIn(page, "rieng", password);
  const phone = await openBrowser();
  await signIn(phone, "rieng", password);
  for (const tab of [page, phone]) await expect(account(tab).deskHeading).toBeVisible();
  await page.goto(ACCOUNT);
  await expect(account(page).otherSession).toContainText("Chrome, Android");
  await account(page).endOtherSession.click();
  await expect(account(page).sessionEnded).toBeVisible();
  await phone.reload();
  await expect(account(phone).signInHeading).toBeVisible();
  await account(page).currentPassword.fill(password);
  await account(page).fillNewPassword("bảy con cá vàng lội");
  await account(page).changePassword.click();
  await expect(account(page).passwordChanged).toBeVisible();
  await signIn(phone, "rieng", "bảy con cá vàng lội");
  await expect(account(phone).deskHeading).toBeVisible();
});
