import { audit, authenticatorCode, demoPassword, expect, makeStaff, signIn, test, watching } from "../fixtures.ts";

test("the second factor: turned on, asked for, and replaced by a recovery code", async ({ page, another }) => {
  const password = makeStaff("hai-lop");
  await signIn(page, "hai-lop", password);
  await page.getByRole("link", { name: "Tài khoản của Anh hai-lop" }).click();
  await page.locator("#hien-tai-bat").fill(password);
  await page.getByRole("button", { name: "Bật xác thực hai lớp" }).click();
  await expect(page.getByRole("img", { name: /Mã QR/ })).toBeVisible();
  await audit(page);
  const secret = await page.locator(".steps code").innerText();
  await page.getByLabel("Mã 6 chữ số").fill(authenticatorCode(secret, -1));
  await page.getByRole("button", { name: "Xác nhận và bật" }).click();
  const codes = page.locator(".codes code");
  await expect(codes).toHaveCount(10);
  const recovery = await codes.first().innerText();
  await audit(page);
  await page.reload();
  await expect(page.getByText("Còn 10 mã dự phòng.")).toBeVisible();
  const phone = await another();
  watching.get(phone)!.expected.add(422);
  await signIn(phone, "hai-lop", password);
  await expect(phone.getByLabel("Mã xác thực")).toBeVisible();
  await audit(phone);
  await phone.getByLabel("Mã xác thực").fill("000000");
  await phone.getByRole("button", { name: "Đăng nhập", exact: true }).click();
  await expect(phone.getByRole("alert")).toContainText("Mã chưa đúng");
  await phone.getByLabel("Mã xác thực").fill(authenticatorCode(secret));
  await phone.getByRole("button", { name: "Đăng nhập", exact: true }).click();
  await expect(phone.getByRole("heading", { name: "Bàn duyệt" })).toBeVisible();
  const other = await another();
  await signIn(other, "hai-lop", password);
  await other.getByLabel("Mã xác thực").fill(recovery);
  await other.getByRole("button", { name: "Đăng nhập", exact: true }).click();
  await expect(other.getByRole("heading", { name: "Bàn duyệt" })).toBeVisible();
  await other.goto("/quan-tri?muc=tai-khoan");
  await expect(other.getByText("Còn 9 mã dự phòng.")).toBeVisible();
});

test("the rooms for accounts are for everybody's eyes and hands", async ({ page }) => {
  await signIn(page, "quantri", demoPassword());
  await page.getByRole("link", { name: "Cán bộ", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Mời người mới" })).toBeVisible();
  await page.getByText("Thay đổi").first().click();
  await audit(page);
  await page.getByRole("link", { name: "Tài khoản của Anh Minh" }).click();
  await expect(page.getByRole("heading", { name: "Các phiên đăng nhập" })).toBeVisible();
  await audit(page);
});
