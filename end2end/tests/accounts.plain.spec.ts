import { expect, test } from "../fixtures.ts";
import { makeStaff } from "../data.ts";
import { account, signIn } from "../pages/account.ts";
import { ACCOUNT, STAFF, enterRoom, openRooms, roomLink } from "../pages/desk.ts";

test("somebody is invited, works, is given another role, and is locked out", async ({
  page,
  another,
  expectStatus,
}) => {
  const password = makeStaff("moi-chu", "administrator");
  await signIn(page, "moi-chu", password);
  await enterRoom(page, "Cán bộ");
  await account(page).displayName.fill("Chị Hoa");
  await account(page).username.fill("lan");
  await account(page).role.selectOption("Biên tập");
  expectStatus(422);
  await account(page).passwordToInvite.fill(password);
  await account(page).invite.click();
  await expect(page.getByRole("alert")).toContainText("đã có người dùng");
  await expect(account(page).displayName).toHaveValue("Chị Hoa");
  await expect(account(page).role).toHaveValue("editor");
  await account(page).username.fill("moi-hoa");
  await account(page).passwordToInvite.fill(password);
  await account(page).invite.click();
  const link = await account(page).invitation("Chị Hoa").inputValue();
  await page.reload();
  await expect(account(page).invitation("Chị Hoa")).toHaveCount(0);
  const hoa = await another();
  await hoa.goto(link);
  await expect(hoa.getByText("Chào Chị Hoa.")).toBeVisible();
  await account(hoa).fillNewPassword("bảy con cá vàng lội");
  await hoa.getByRole("button", { name: "Nhận lời mời" }).click();
  await expect(account(hoa).deskHeading).toBeVisible();
  await openRooms(hoa);
  await expect(roomLink(hoa, "Cán bộ")).toHaveCount(0);
  await page.goto(STAFF);
  const card = account(page).member("moi-hoa");
  await expect(card).toContainText("Biên tập · Đang có 1 phiên đăng nhập");
  await card.getByText("Thay đổi").click();
  await card.getByLabel("Vai trò").selectOption("Quản trị");
  await card.getByLabel("Mật khẩu của bạn").fill(password);
  await card.getByRole("button", { name: "Đổi vai trò" }).click();
  await expect(page.getByText("Đã đổi vai trò.")).toBeVisible();
  await hoa.reload();
  await openRooms(hoa);
  await expect(roomLink(hoa, "Cán bộ")).toBeVisible();
  await card.getByText("Thay đổi").click();
  await card.getByRole("button", { name: "Khóa tài khoản" }).click();
  await expect(card).toContainText("Đã khóa");
  await hoa.reload();
  await expect(account(hoa).signInHeading).toBeVisible();
  await enterRoom(page, "Nhật ký");
  await expect(page.locator("tbody tr").first()).toContainText("khóa tài khoản");
});

test("one's own password and sessions", async ({ page, another }) => {
  const password = makeStaff("rieng");
  await signIn(page, "rieng", password);
  const phone = await another();
  await signIn(phone, "rieng", password);
  for (const open of [page, phone]) await expect(account(open).deskHeading).toBeVisible();
  await page.goto(ACCOUNT);
  const row = account(page).otherSession;
  await expect(row).toContainText("Chrome, Android");
  await row.getByRole("button").click();
  await expect(page.getByText("Đã kết thúc phiên đăng nhập.")).toBeVisible();
  await phone.reload();
  await expect(account(phone).signInHeading).toBeVisible();
  await account(page).currentPassword.fill(password);
  await account(page).fillNewPassword("bảy con cá vàng lội");
  await page.getByRole("button", { name: "Đổi mật khẩu" }).click();
  await expect(page.getByText("Đã đổi mật khẩu.")).toBeVisible();
  await signIn(phone, "rieng", "bảy con cá vàng lội");
  await expect(account(phone).deskHeading).toBeVisible();
});
