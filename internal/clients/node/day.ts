// Lives through a ticket's day at the desk with the address that HELPDESK_URL has, with
// types that are generated from its document.
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type {components, paths} from './schema.js';

const baseUrl = process.env.HELPDESK_URL!;
const basic = 'Basic ' + Buffer.from('staff:' + process.env.HELPDESK_PASSWORD).toString('base64');

// data returns the answer of a request that must succeed.
function data<T>(answer: {data?: T; error?: unknown; response: Response}): T {
  assert.ok(answer.data !== undefined, `${answer.response.url}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  return answer.data;
}

// Log in: a password makes a token.
const stranger = createClient<paths>({baseUrl});
const refused = await stranger.GET('/queues/');
assert.equal(refused.response.status, 401);
const token = data(await stranger.POST('/tokens/', {body: {name: 'TypeScript client'}, headers: {Authorization: basic}}));
const client = createClient<paths>({baseUrl, headers: {Authorization: 'Bearer ' + token.token}});

// Find the queue.
const queues = data(await client.GET('/queues/'));
const queue = queues.results.find((q) => q.slug === 'support');
assert.ok(queue);

// Open a ticket, at first without a title.
const invalid: Partial<components['schemas']['TicketCreate']> = {queue: queue.id};
const wrong = await client.POST('/tickets/', {body: invalid as components['schemas']['TicketCreate']});
assert.equal(wrong.response.status, 400);
assert.deepEqual(wrong.error, {title: ['This field is required.']});
const opened = data(await client.POST('/tickets/', {body: {queue: queue.id, title: 'The printer', description: 'It smokes.', custom_seats: 3}}));
assert.equal(opened.title, 'The printer');
assert.equal(opened.custom_seats, 3);
assert.equal(opened.followup_set.length, 1);

// Answer with a file.
const form = new FormData();
form.append('ticket', String(opened.id));
form.append('comment', 'Here is the manual.');
form.append('attachments', new Blob(['Page 1'], {type: 'text/plain'}), 'manual.txt');
const followUp = data(await client.POST('/followups/', {body: {ticket: opened.id}, bodySerializer: () => form}));
const file = followUp.followupattachment_set[0];
assert.equal(file?.filename, 'manual.txt');

// Find the ticket.
const query = {status: '1', queue: ['support'], custom_seats: ['3'], ordering: '-modified', page_size: 5};
const found = data(await client.GET('/tickets/', {params: {query}}));
assert.deepEqual(found.results.map((t) => t.id), [opened.id]);

// Read the file.
const content = await client.GET('/followups-attachments/{id}/download/', {params: {path: {id: file.id}}, parseAs: 'text'});
assert.equal(content.data, 'Page 1');

// Close the ticket.
const path = {id: opened.id};
const closed = data(await client.PATCH('/tickets/{id}/', {params: {path}, body: {status: 4}}));
assert.equal(closed.status, 4);

// Read its history.
const history = data(await client.GET('/tickets/{id}/history/', {params: {path}}));
assert.equal(history.results.at(-1)?.new_value, 'Closed');
console.log('the day is over');
