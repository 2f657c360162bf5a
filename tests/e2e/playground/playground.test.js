// The playground in a real browser, against the roomd at ROOMD_URL (insecure mode, playground on).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { needsRoomd, newRoom, startBrowser, Visitor } from './browser.js';

describe('playground', { ...needsRoomd, timeout: 120_000 }, () => {
  let browser;
  before(async () => { browser = await startBrowser(); });
  after(() => browser?.close());

  /** Ada (user 1) and Ben (user 2) in a room of their own. */
  async function twoVisitors(settings) {
    const room = newRoom();
    const ada = await Visitor.enter(browser, { room, user: '1', name: 'Ada Lovelace', settings });
    const ben = await Visitor.enter(browser, { room, user: '2', name: 'Ben', settings });
    return { room, ada, ben };
  }

  test('messages go both ways and carry the room’s numbers', async () => {
    const { ada, ben } = await twoVisitors();
    await ada.say('good morning');
    await ben.sees('good morning');
    await ben.say('and to you');
    await ada.sees('and to you');
    assert.equal(await ada.numberOf('good morning'), 1);
    assert.equal(await ada.numberOf('and to you'), 2);
    assert.deepEqual(await ben.texts(), ['good morning', 'and to you']);
    await Promise.all([ada, ben].map((visitor) => visitor.keptItsPromises()));
    await Promise.all([ada, ben].map((visitor) => visitor.leave()));
  });

  test('one who comes later sees what was said', async () => {
    const { room, ada, ben } = await twoVisitors();
    for (const text of ['one', 'two', 'three']) await ada.say(text);
    await ada.numberOf('three');
    const cleo = await Visitor.enter(browser, { room, user: '3', name: 'Cleo' });
    await cleo.sees('three');
    assert.deepEqual(await cleo.texts(), ['one', 'two', 'three']);
    assert.deepEqual(await cleo.numbers(), [1, 2, 3]);
    await Promise.all([ada, ben, cleo].map((visitor) => visitor.leave()));
  });

  test('members come and go in everyone’s list', async () => {
    const { ada, ben } = await twoVisitors();
    await ada.seesMember('2', 'Ben');
    await ben.seesMember('1', 'Ada Lovelace');
    assert.equal(await ada.find('#member-count').textContent(), '2');
    await ben.leave();
    await ada.member('2').waitFor({ state: 'detached', timeout: 30_000 });
    await ada.leave();
  });

  test('two devices of one user are one member and hear each other', async () => {
    const { room, ada, ben } = await twoVisitors();
    const phone = await Visitor.enter(browser, { room, user: '1', name: 'Ada Lovelace' });
    await ben.seesDevices('1', 2);
    await ada.seesDevices('1', 2);
    assert.equal(await ben.find('#members li').count(), 2);
    await phone.say('from my phone');
    await ada.message('from my phone').locator('.tag', { hasText: 'other device' }).waitFor();
    await ben.sees('from my phone');
    await Promise.all([ada, ben, phone].map((visitor) => visitor.leave()));
  });

  test('typing is seen, and gone when it stops', async () => {
    const { ada, ben } = await twoVisitors();
    const typing = ben.find('#typing', { hasText: 'Ada Lovelace is typing' });
    await ada.find('#text').pressSequentially('hm');
    await typing.waitFor();
    await typing.waitFor({ state: 'detached' });
    await ada.find('#text').press('!');
    await typing.waitFor();
    await ada.find('#text').fill('');
    await typing.waitFor({ state: 'detached' });
    await Promise.all([ada, ben].map((visitor) => visitor.leave()));
  });

  test('a new name reaches the others at once', async () => {
    const { ada, ben } = await twoVisitors();
    await ben.say('who am I?');
    await ada.sees('who am I?');
    await ben.find('#name').fill('Benedict');
    await ben.find('#name').press('Enter');
    await ada.seesMember('2', 'Benedict');
    await ada.message('who am I?').locator('b', { hasText: 'Benedict' }).waitFor();
    await Promise.all([ada, ben].map((visitor) => visitor.leave()));
  });

  test('after a cut all that was missed comes back in order, and what waited goes out', async () => {
    const { ada, ben } = await twoVisitors();
    await ada.say('before');
    await ben.sees('before');
    await ben.cut('');
    await ben.say('written in the dark');
    await ben.find('.message.waiting').waitFor();
    const missed = [1, 2, 3, 4, 5].map((number) => `missed ${number}`);
    for (const text of missed) await ada.say(text);
    await ada.numberOf('missed 5');
    await ben.shot('cut');
    await ben.find('#come-back').click();
    await ben.find('.mark', { hasText: '5 missed, all 5 came back' }).waitFor();
    await ada.sees('written in the dark');
    assert.equal(await ben.numberOf('written in the dark'), 7);
    assert.deepEqual(await ben.texts(), ['before', ...missed, 'written in the dark']);
    assert.deepEqual(await ben.numbers(), [1, 2, 3, 4, 5, 6, 7]);
    assert.equal(await ben.find('.message.missed').count(), 5);
    await Promise.all([ada, ben].map((visitor) => visitor.keptItsPromises()));
    await ben.shot('resumed');
    await Promise.all([ada, ben].map((visitor) => visitor.leave()));
  });

  test('a line cut for a time comes back by itself', async () => {
    const { ada, ben } = await twoVisitors();
    await ben.cut('2000');
    await ben.find('#banner', { hasText: /Back in [12] s/ }).waitFor();
    await ada.say('while you were out');
    await ben.isIn('live');
    await ben.find('.mark', { hasText: '1 missed, it came back' }).waitFor();
    assert.deepEqual(await ben.texts(), ['while you were out']);
    await Promise.all([ada, ben].map((visitor) => visitor.leave()));
  });

  test('hostile names and messages stay text', async () => {
    const { ada, ben } = await twoVisitors();
    const hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
    const name = '<b onmouseover=hacked=1>Mallory';
    await ada.find('#name').fill(name);
    await ada.find('#name').press('Enter');
    await ada.say(hostile);
    await ben.sees(hostile);
    await ben.seesMember('1', name);
    assert.deepEqual(await ben.texts(), [hostile]);
    assert.equal(await ben.find('#stream :is(img, script, b b), #members :is(img, script, b)').count(), 0);
    assert.equal(await ben.page.evaluate(() => window.hacked), undefined);
    await ben.keptItsPromises();
    await Promise.all([ada, ben].map((visitor) => visitor.leave()));
  });

  for (const colorScheme of ['light', 'dark']) {
    test(`a phone shows the room without sideways scroll, ${colorScheme}`, async () => {
      const settings = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, colorScheme };
      const { ada, ben } = await twoVisitors(settings);
      await ada.say('a_word_that_never_ends_'.repeat(8));
      await ben.say('short');
      await ada.sees('short');
      await ada.hasNoSidewaysScroll();
      await ada.shot(`phone-${colorScheme}`);
      await ada.find('#panel-toggle').click();
      await ada.find('#panel').waitFor();
      await ada.hasNoSidewaysScroll();
      await ada.shot(`phone-panel-${colorScheme}`);
      await Promise.all([ada, ben].map((visitor) => visitor.leave()));
    });
  }

  test('an address without a user asks for one, then enters', async () => {
    const room = newRoom();
    const context = await browser.newContext({ viewport: { width: 900, height: 700 } });
    const guest = await Visitor.open(context, `/ui/${room}`);
    await guest.find('#start-form').waitFor();
    await guest.shot('start');
    assert.equal(await guest.find('[name="room"]').inputValue(), room);
    await guest.find('[name="name"]').fill('Guest');
    await guest.find('[name="user"]').fill('77');
    await guest.find('#start-form button').click();
    await guest.isIn('live');
    await guest.seesMember('77', 'Guest');
    await guest.leave();
  });
});
