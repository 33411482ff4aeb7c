// The comments queue by keyboard.
import { audit, expect, test } from "../fixtures.ts";
import { addComments, emptyQueue, makeArticle } from "../data.ts";
import { commentStates } from "../state.ts";
import { waitUntilLive } from "../pages/site.ts";
import { QUEUE } from "../pages/desk.ts";
import { bulkBar, card, cards, commentsRoom } from "../pages/moderation.ts";

test("comments are decided, undone and selected with the keyboard, which can be turned off", async ({
  openBrowser,
  staffState,
}) => {
  emptyQueue();
  const article = makeArticle();
  addComments(
    article.id,
    Array.from({ length: 5 }, (_, n) => ({
      name: `Người ${n + 1}`,
      body: `Ý kiến bàn phím số ${n + 1}.`,
      state: "pending" as const,
    })),
  );
  const states = () => commentStates(article.id).join(" ");
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await waitUntilLive(desk);
  const queue = cards(desk);
  await expect(queue).toHaveCount(5);
  await desk.keyboard.press("j");
  await expect(queue.nth(0)).toBeFocused();
  await desk.keyboard.press("a");
  await expect(queue.nth(1)).toBeFocused();
  await expect(card(queue.nth(0)).outcome).toHaveText("Đã duyệt");
  await desk.keyboard.press("r");
  await expect(card(queue.nth(1)).reasonButton("Có lời lẽ xúc phạm")).toBeFocused();
  await desk.keyboard.press("2");
  await expect(card(queue.nth(1)).outcome).toHaveText("Đã từ chối");
  await expect.poll(states).toBe("published rejected pending pending pending");
  await desk.keyboard.press("u");
  await expect.poll(states).toBe("published pending pending pending pending");
  await expect(queue.nth(2)).toBeFocused();
  await desk.keyboard.press("k");
  await desk.keyboard.press("x");
  await desk.keyboard.press("j");
  await desk.keyboard.press("j");
  await desk.keyboard.press("j");
  await desk.keyboard.press("Shift+X");
  await expect(bulkBar(desk).approve(4)).toBeVisible();
  // keys that are typed into a field decide nothing
  await desk.keyboard.press("/");
  await expect(commentsRoom(desk).searchBox).toBeFocused();
  await desk.keyboard.type("jakr");
  await expect(commentsRoom(desk).searchBox).toHaveValue("jakr");
  expect(states()).toBe("published pending pending pending pending");
  await desk.keyboard.press("Tab");
  await desk.keyboard.press("?");
  await expect(commentsRoom(desk).shortcutsDialog).toBeInViewport({ ratio: 1 });
  // while it is open, no key reaches the queue behind it
  await desk.keyboard.press("a");
  await desk.keyboard.press("Escape");
  await expect(commentsRoom(desk).shortcutsDialog).toBeHidden();
  expect(states()).toBe("published pending pending pending pending");
  await desk.keyboard.press("?");
  await expect(commentsRoom(desk).shortcutsHelp).toBeVisible();
  await audit(desk);
  await commentsRoom(desk).shortcutsEnabled.uncheck();
  await commentsRoom(desk).closeShortcuts.click();
  await queue.nth(1).focus();
  await desk.keyboard.press("a");
  await expect(queue.nth(1)).toBeFocused();
  expect(states()).toBe("published pending pending pending pending");
  await desk.reload();
  await waitUntilLive(desk);
  await commentsRoom(desk).shortcutsButton.click();
  await expect(commentsRoom(desk).shortcutsEnabled).not.toBeChecked();
});

test("letters are known by their place on the keyboard, whatever they write", async ({ openBrowser, staffState }) => {
  emptyQueue();
  const article = makeArticle();
  addComments(
    article.id,
    Array.from({ length: 5 }, (_, n) => ({ body: `Ý kiến có đánh số ${n + 1}.`, state: "pending" as const })),
  );
  const states = () => commentStates(article.id).join(" ");
  const desk = await openBrowser(staffState);
  await desk.goto(QUEUE);
  await waitUntilLive(desk);
  await expect(cards(desk)).toHaveCount(5);
  const press = (key: string, code: string) =>
    desk.evaluate(
      ([key, code]) =>
        document.activeElement!.dispatchEvent(
          new KeyboardEvent("keydown", { key, code, bubbles: true, cancelable: true }),
        ),
      [key, code],
    );
  await press("j", "KeyJ");
  await expect(cards(desk).nth(0)).toBeFocused();
  // a Vietnamese input method makes one letter of two presses
  await press("â", "KeyA");
  await expect.poll(states).toBe("published pending pending pending pending");
  // Caps Lock
  await press("A", "KeyA");
  await expect.poll(states).toBe("published published pending pending pending");
  await press("R", "KeyR");
  await press("1", "Digit1");
  await expect.poll(states).toBe("published published rejected pending pending");
  // another layout: what stands there decides, not what it is called
  await press("q", "KeyA");
  await expect.poll(states).toBe("published published rejected published pending");
  // an input method that sends the letter without a place
  await press("ạ", "");
  await expect.poll(states).toBe("published published rejected published published");
});
