// Writing to the office without script: from the page of contacts to the answer that nobody else reads.
import { type Page } from "@playwright/test";
import { type StaffState, expect, expectStatusOn, openDeskOf, test } from "../fixtures.ts";
import { changeSetting } from "../data.ts";
import { CONTACT, contact, missingContact, ownInquiry } from "../pages/contact.ts";
import { QUEUE } from "../pages/desk.ts";
import { card, cardWith, commentsRoom } from "../pages/moderation.ts";
import { site } from "../pages/site.ts";

const INQUIRIES = `${QUEUE}?muc=lien-he`;
const SETTINGS = "/quan-tri/cai-dat";
/** Names each test's inquiries. */
let count = 0;
const unique = () => `${++count}${process.pid}`;

async function openDesk(openBrowser: (state?: StaffState) => Promise<Page>, state: StaffState): Promise<Page> {
  const desk = await openBrowser(state);
  await desk.goto(INQUIRIES);
  return desk;
}

for (const [width, height] of [
  [360, 740],
  [1280, 900],
]) {
  test(`at ${width}x${height} somebody asks the office, and reads the answer where nobody else does`, async ({
    page,
    openBrowser,
    staffState,
    expectStatus,
  }) => {
    await page.setViewportSize({ width, height });
    const number = unique();
    expectStatus(422);
    await page.goto(CONTACT);
    await expect(contact(page).line("Địa chỉ")).toHaveText("Phường Hiệp Ninh, tỉnh Tây Ninh");
    const question = `Hồ sơ số ${number} nộp ở đâu?`;
    await contact(page).name.fill("Lê Thị Hai");
    await contact(page).phone.fill("gọi tôi nhé");
    await contact(page).body.fill(question);
    await contact(page).send.click();
    await expect(site(page).errorSummary).toContainText("Nhập số điện thoại bằng chữ số");
    await expect(site(page).errorSummary).toContainText("Vui lòng đánh dấu đồng ý trước khi gửi");
    await expect(contact(page).body, "what was typed is still there").toHaveValue(question);
    await contact(page).fill({ phone: "0912 345 678", body: question });
    await contact(page).send.click();
    await expect(ownInquiry(page).state).toHaveText("Lời nhắn của ông/bà đang chờ trả lời.");
    const own = page.url().split("#")[0];

    const desk = await openDesk(openBrowser, staffState);
    await desk.setViewportSize({ width, height });
    await expect(commentsRoom(desk).tab("Liên hệ")).toHaveAttribute("aria-current", "page");
    const asked = cardWith(desk, question);
    await expect(asked.getByRole("link", { name: "0912 345 678" })).toHaveAttribute("href", "tel:0912345678");
    await expect(card(asked).due).toContainText(/^Hạn trả lời \d\d\/\d\d\/\d{4}/);
    await desk.goto(QUEUE);
    await expect(cardWith(desk, question), "it is no comment").toHaveCount(0);
    await desk.goto(INQUIRIES);
    await card(asked).openAnswer.click();
    await card(asked).officialReply.fill("Tại bộ phận một cửa, tầng trệt.");
    await card(asked).sendAnswer.click();
    await expect(commentsRoom(desk).justDecided).toContainText("Đã gửi trả lời.");
    await expect(cardWith(desk, question)).toHaveCount(0);
    await commentsRoom(desk).inquiriesTab("Đã xử lý").click();
    await expect(cardWith(desk, question).first()).toBeVisible();
    await desk.goto(`${QUEUE}?muc=da-dang`);
    await expect(cardWith(desk, question), "it is not published").toHaveCount(0);

    await page.goto(own);
    await expect(ownInquiry(page).state).toHaveText("Lời nhắn của ông/bà đã được trả lời.");
    await expect(ownInquiry(page).answers).toContainText("Tại bộ phận một cửa, tầng trệt.");
    const stranger = await openBrowser();
    for (const address of ["/", `/tim-kiem?q=${encodeURIComponent(question)}`, CONTACT]) {
      await stranger.goto(address);
      await expect(site(stranger).main).not.toContainText("bộ phận một cửa, tầng trệt");
      await expect(site(stranger).heading).toBeVisible();
    }

    // what is asked anew waits again, and what is withdrawn does not
    await ownInquiry(page).body.fill(`${question} Và lúc mấy giờ?`);
    await ownInquiry(page).correct.click();
    await expect(ownInquiry(page).state).toContainText("Đã lưu bản sửa.");
    await desk.goto(INQUIRIES);
    await expect(cardWith(desk, `${question} Và lúc mấy giờ?`)).toHaveCount(1);
    await ownInquiry(page).withdraw();
    await expect(ownInquiry(page).state).toHaveText("Ông/bà đã rút lời nhắn này.");
    await desk.goto(INQUIRIES);
    await expect(cardWith(desk, question)).toHaveCount(0);
    await commentsRoom(desk).inquiriesTab("Đã rút").click();
    await expect(cardWith(desk, `${question} Và lúc mấy giờ?`)).toHaveCount(1);
  });
}

test("a request about one's own data comes from the privacy page, marked and due before the others", async ({
  page,
  openBrowser,
  staffState,
}) => {
  const number = unique();
  await page.goto(CONTACT);
  await contact(page).fill({ body: `Một câu hỏi thường, số ${number}.` });
  await contact(page).send.click();
  await expect(ownInquiry(page).heading).toBeVisible();
  await page.goto("/quyen-rieng-tu");
  await page.getByRole("link", { name: "Gửi yêu cầu về dữ liệu cá nhân" }).click();
  await expect(contact(page).aboutOwnData).toBeChecked();
  await contact(page).fill({ body: `Cho tôi xem dữ liệu của tôi, số ${number}.` });
  await contact(page).send.click();
  await expect(ownInquiry(page).heading).toBeVisible();
  const desk = await openDesk(openBrowser, staffState);
  const ours = cardWith(desk, `số ${number}`);
  await expect(ours).toHaveCount(2);
  await expect(ours.first()).toContainText("Yêu cầu về dữ liệu cá nhân của người gửi");
  await expect(ours.last()).not.toContainText("Yêu cầu về dữ liệu cá nhân");
});

test("an inquiry is done without an answer, undone and refused for a reason that its writer reads", async ({
  page,
  openBrowser,
  staffState,
}) => {
  const number = unique();
  await page.goto(CONTACT);
  await contact(page).fill({ body: `Cảm ơn phường, số ${number}.` });
  await contact(page).send.click();
  await expect(ownInquiry(page).heading).toBeVisible();
  const own = page.url().split("#")[0];
  const desk = await openDesk(openBrowser, staffState);
  await card(cardWith(desk, `số ${number}`)).done.click();
  await expect(commentsRoom(desk).justDecided).toContainText("Chị Lan đã ghi là đã xử lý lúc");
  await page.goto(own);
  await expect(ownInquiry(page).state).toHaveText("Lời nhắn của ông/bà đã được xử lý.");
  await commentsRoom(desk).justDecided.getByRole("button", { name: "Hoàn tác" }).click();
  await card(cardWith(desk, `số ${number}`)).refuse("Quảng cáo");
  await expect(cardWith(desk, `số ${number}`)).toHaveCount(0);
  await page.goto(own);
  await expect(ownInquiry(page).state).toHaveText("Lời nhắn của ông/bà không được tiếp nhận.");
  await expect(page.getByText("Lý do: Quảng cáo")).toBeVisible();
});

test("the same form sent twice is one inquiry", async ({ page, openBrowser, staffState }) => {
  const number = unique();
  for (let time = 0; time < 2; time++) {
    await page.goto(CONTACT);
    await contact(page).fill({ body: `Chỉ hỏi một lần, số ${number}.` });
    await contact(page).send.click();
    await expect(ownInquiry(page).heading).toBeVisible();
  }
  const desk = await openDesk(openBrowser, staffState);
  await expect(cardWith(desk, `số ${number}`)).toHaveCount(1);
});

test("administrators are warned until citizens can read how to reach the office", async ({ page, openBrowser }) => {
  const desk = await openDeskOf(openBrowser, "quantri");
  await desk.goto(SETTINGS);
  const warning = missingContact(desk);
  await expect(warning.getByRole("listitem")).toHaveText(["Điện thoại", "Giờ làm việc"]);
  await page.goto(CONTACT);
  await expect(contact(page).line("Điện thoại")).toHaveCount(0);
  changeSetting("site.phone", "0276 3822 115");
  changeSetting("site.hours", "7 giờ 30 đến 17 giờ, thứ Hai đến thứ Sáu");
  const countWarnings = async () => {
    await desk.goto(SETTINGS);
    return warning.count();
  };
  await expect.poll(countWarnings).toBe(0);
  await page.goto(CONTACT);
  await expect(contact(page).line("Điện thoại").getByRole("link")).toHaveAttribute("href", "tel:02763822115");
  await expect(contact(page).line("Giờ làm việc")).toContainText("7 giờ 30");
  for (const key of ["site.phone", "site.hours"]) changeSetting(key, "");
  await expect.poll(countWarnings).toBe(1);
});

test("an answer that is refused is still there", async ({ page, openBrowser, staffState }) => {
  const number = unique();
  await page.goto(CONTACT);
  await contact(page).fill({ body: `Câu hỏi có câu trả lời ngắn, số ${number}.` });
  await contact(page).send.click();
  await expect(ownInquiry(page).heading).toBeVisible();
  const desk = await openDesk(openBrowser, staffState);
  const asked = cardWith(desk, `số ${number}`);
  expectStatusOn(desk, 422);
  await card(asked).openAnswer.click();
  await card(asked).officialReply.fill("Ngắn");
  await card(asked).sendAnswer.click();
  await expect(site(desk).alert.first()).toContainText("Nội dung cần ít nhất 10 ký tự");
  await expect(card(asked).officialReply).toHaveValue("Ngắn");
});
