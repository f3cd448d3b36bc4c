// Reads and uses the page of the document in jsdom, as somebody with a session.
import assert from 'node:assert/strict';
import {JSDOM, VirtualConsole} from 'jsdom';

const address = new URL('/docs/', process.env.HELPDESK_URL);
const session = 'Basic ' + Buffer.from('staff:' + process.env.HELPDESK_PASSWORD).toString('base64');
const requests = [];
const problems = [];

const virtualConsole = new VirtualConsole();
virtualConsole.on('jsdomError', (error) => problems.push(error));
const {window} = await JSDOM.fromURL(String(address), {
  runScripts: 'dangerously', resources: 'usable', pretendToBeVisual: true, virtualConsole,
  beforeParse(w) {
    // jsdom has no fetch, and lays nothing out. The session is what a browser would send.
    Object.assign(w, {Headers, FormData, Blob});
    w.Element.prototype.scrollIntoView = () => {};
    w.fetch = (url, {method, headers, body, credentials, mode}) => {
      assert.equal(mode, 'same-origin');
      assert.equal(new URL(url).origin, address.origin);
      requests.push({url: String(url), method, credentials});
      const all = new Headers(headers);
      if (credentials === 'same-origin') all.set('Authorization', session);
      return fetch(String(url), {method, headers: all, body});
    };
  },
});
const {document} = window;
const all = (selector) => [...document.querySelectorAll(selector)];

// until waits for a condition.
async function until(what, condition) {
  for (let i = 0; i < 3000; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`waited in vain for ${what}: ${document.getElementById('state').textContent} ${problems}`);
}

// open opens a details element, as a click on its summary does.
function open(details) {
  details.open = true;
  details.dispatchEvent(new window.Event('toggle'));
}

// submit sends a form of an operation, and returns its result.
async function submit(operation) {
  const result = operation.querySelector('[role=status]');
  operation.querySelector('form').dispatchEvent(new window.Event('submit', {cancelable: true, bubbles: true}));
  await until('an answer', () => result.querySelector('h3') || result.querySelector('.bad'));
  return result;
}

await until('the operations', () => all('.operation').length > 0);
const shown = () => all('.operation').filter((e) => !e.hidden && !e.parentElement.hidden);
const count = shown().length;
assert.ok(count > 40, `${count} operations`);
assert.ok(shown().every((e) => !/^(HEAD|OPTIONS)/.test(e.textContent)));
assert.equal(document.getElementById('found').textContent, count + ' operations');

// Search.
const search = document.getElementById('search');
const find = (text) => { search.value = text; search.dispatchEvent(new window.Event('input')); };
find('patch TICKETS');
assert.deepEqual(shown().map((e) => e.id), ['updateTicket']);
find('custom_hostile');
assert.ok(shown().some((e) => e.id === 'listTickets'));
find('');
assert.equal(shown().length, count);

// Everything can be opened, and what users wrote stays text.
for (let closed = all('details:not([open])'), i = 0; closed.length && i < 5; closed = all('details:not([open])'), i++) closed.forEach(open);
const text = document.getElementById('operations').textContent;
assert.ok(text.includes('<img src=x onerror='), 'the label is not shown');
assert.ok(text.includes('</script><script>'), 'the help text is not shown');
assert.ok(text.includes('"The printer is on fire"'), 'no example is shown');
assert.ok(!text.includes('[object') && !text.includes('undefined'), 'something is no text');
assert.equal(all('img, main script, [style], [onerror]').length, 0);

// Every input has a name.
for (const input of all('input, select, textarea')) {
  assert.ok(input.getAttribute('aria-label') || input.labels.length, input.outerHTML);
}

// Try a request with parameters.
const list = document.getElementById('listTickets');
list.querySelector('input[aria-label="page_size in query"]').value = '1';
let result = await submit(list);
assert.ok(result.textContent.includes('200'), result.textContent);
assert.ok(result.textContent.includes('content-type: application/json') && result.textContent.includes('"count"'));
assert.ok(requests.at(-1).url.endsWith('/api/tickets/?page_size=1'));

// Create a ticket with the example of its body.
const create = document.getElementById('createTicket');
result = await submit(create);
assert.ok(result.textContent.includes('201'), result.textContent);
const id = /"id": (\d+)/.exec(result.textContent)[1];
const get = document.getElementById('getTicket');
get.querySelector('input[aria-label="id in path"]').value = id;
result = await submit(get);
assert.ok(result.textContent.includes('"The printer is on fire"'), result.textContent);
get.querySelector('input[aria-label="id in path"]').value = '../../docs';
result = await submit(get);
assert.ok(result.textContent.includes('404'), result.textContent);
assert.ok(requests.at(-1).url.endsWith('/api/tickets/..%2F..%2Fdocs/'));

// A token takes the place of the session.
document.getElementById('token').value = 'hd_wrong';
result = await submit(list);
assert.equal(requests.at(-1).credentials, 'omit');
assert.ok(result.textContent.includes('401'), result.textContent);
document.getElementById('login').dispatchEvent(new window.Event('submit', {cancelable: true}));
await until('a refusal', () => document.getElementById('state').textContent.includes('Log in'));
document.getElementById('token').value = '';
document.getElementById('login').dispatchEvent(new window.Event('submit', {cancelable: true}));
await until('the document', () => document.getElementById('state').textContent === '');

// An address can name an operation.
window.location.hash = '#updateTicket';
await until('the operation', () => document.getElementById('updateTicket').open);
assert.deepEqual(problems, []);
assert.ok(requests.every((r) => r.url.startsWith(address.origin)));
console.log('the page works');
window.close();
