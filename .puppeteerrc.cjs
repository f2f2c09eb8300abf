/**
 * No browser is downloaded at install time: the tests look for one when they run
 * (test/support/find-browser.ts) and say what they take.
 * @type {import('puppeteer').Configuration}
 */
module.exports = { skipDownload: true };
