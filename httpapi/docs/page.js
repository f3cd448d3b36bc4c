// Shows an OpenAPI document and sends requests that it describes. Texts of the document
// may have been written by users: they become text nodes, never HTML.
'use strict';

const shown = 200000; // how much of an answer is shown, in bytes
const methods = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];
const names = ['about', 'login', 'token', 'find', 'search', 'all', 'found', 'state', 'operations'];
const page = Object.fromEntries(names.map((id) => [id, document.getElementById(id)]));
const source = new URL(document.body.dataset.document, location.href);

let api; // the OpenAPI document
let entries = []; // of the list: {element, text, rare}

// make returns an element with attributes and children; a function is a listener.
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (typeof value === 'function') element.addEventListener(key, value);
    else if (value !== false && value !== undefined) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((c) => c !== undefined && c !== null && c !== ''));
  return element;
}

// opening returns a details element whose content is made when it is opened first.
function opening(attributes, summary, content) {
  const details = make('details', attributes, make('summary', {}, summary));
  details.addEventListener('toggle', () => { if (details.open) fill(details, content); });
  return details;
}

function fill(details, content) {
  if (details.children.length === 1) details.append(make('div', {}, content()));
}

// resolve follows a reference to a component.
function resolve(o) {
  if (!o || !o.$ref) return o || {};
  let target = api;
  for (const key of o.$ref.split('/').slice(1)) {
    target = target && Object.hasOwn(target, key) ? target[key] : undefined;
  }
  return target || {};
}

const nameOf = (ref) => ref.split('/').pop();
const json = (value) => JSON.stringify(value, null, 2);

// request sends a request to this origin, with the token or else with the session.
function request(url, init) {
  const headers = new Headers(init.headers);
  const token = page.token.value.trim();
  if (token) headers.set('Authorization', 'Bearer ' + token);
  const credentials = token ? 'omit' : 'same-origin';
  return fetch(url, {...init, headers, credentials, mode: 'same-origin', redirect: 'manual', cache: 'no-store'});
}

// typeText says in words which values a schema allows.
function typeText(schema) {
  if (!schema) return 'anything';
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.anyOf) return schema.anyOf.map(typeText).join(' or ');
  const parts = [];
  for (const type of [schema.type || 'anything'].flat()) parts.push(type === 'array' ? 'array of ' + typeText(schema.items) : type);
  let text = parts.join(' or ');
  if (schema.enum) text += ', one of ' + schema.enum.map((v) => JSON.stringify(v)).join(', ');
  if (schema.format) text += ', ' + schema.format;
  if (schema.maxLength !== undefined) text += ', at most ' + schema.maxLength + ' characters';
  if (schema.pattern) text += ', matching ' + schema.pattern;
  return text;
}

// referred returns the references in a schema, not in what these refer to.
function referred(schema) {
  if (!schema) return [];
  if (schema.$ref) return [schema.$ref];
  return [...(schema.anyOf || []), schema.items, schema.additionalProperties].filter((s) => s instanceof Object).flatMap(referred);
}

// schemaView lists the properties of a schema. What it refers to can be opened in it.
function schemaView(schema) {
  const o = resolve(schema);
  const rows = Object.entries(o.properties || {}).map(([name, p]) => make('li', {},
    make('code', {}, name), make('span', {class: 'soft'}, ' ' + typeText(p) + ((o.required || []).includes(name) ? ', always there' : '')),
    p.title ? ': ' + p.title : '', p.description ? '. ' + p.description : '', referred(p).map(referenceView)));
  return [o.description ? make('p', {}, o.description) : '',
    rows.length ? make('ul', {class: 'schema'}, rows) : [make('p', {}, typeText(o)), referred(o).map(referenceView)]];
}

const referenceView = ($ref) => opening({}, make('code', {}, nameOf($ref)), () => schemaView({$ref}));

function exampleViews(content) {
  return Object.entries(content.examples || {}).map(([name, e]) => {
    const example = resolve(e);
    return opening({}, 'Example: ' + (example.summary || name), () => make('pre', {tabindex: 0}, json(example.value)));
  });
}

function contentView(content) {
  return Object.entries(content || {}).map(([type, c]) => [
    make('p', {}, make('code', {}, type), ' ', make('span', {class: 'soft'}, typeText(c.schema))),
    referred(c.schema).map(referenceView), exampleViews(c)]);
}

function answersView(operation) {
  return Object.entries(operation.responses).map(([status, r]) => {
    const answer = resolve(r);
    return opening({}, [make('code', {}, status), ' ' + answer.description], () => [
      make('ul', {class: 'schema'}, Object.entries(answer.headers || {}).map(([name, header]) =>
        make('li', {}, make('code', {}, name), ' ', resolve(header).description || ''))),
      contentView(answer.content)]);
  });
}

// parametersView returns a table of parameters with an input for each.
function parametersView(parameters) {
  if (!parameters.length) return {view: '', inputs: []};
  const inputs = [];
  const rows = parameters.map((p) => {
    const input = make('input', {'aria-label': p.name + ' in ' + p.in, required: p.in === 'path', autocomplete: 'off'});
    inputs.push([p, input]);
    return make('tr', {}, make('th', {scope: 'row'}, make('code', {}, p.name), make('div', {class: 'soft'}, p.in)),
      make('td', {}, p.description || '', make('div', {class: 'soft'}, typeText(p.schema))), make('td', {}, input));
  });
  const head = make('tr', {}, ['Parameter', 'Meaning', 'Value'].map((text) => make('th', {scope: 'col'}, text)));
  const view = make('div', {class: 'scrolled', tabindex: 0, role: 'region', 'aria-label': 'Parameters'},
    make('table', {}, make('thead', {}, head), make('tbody', {}, rows)));
  return {view, inputs};
}

// firstExample returns the first example of a content, else an object with the required properties.
function firstExample(content) {
  const [example] = Object.values(content.examples || {}).map(resolve);
  if (example) return example.value;
  const schema = resolve(content.schema);
  return Object.fromEntries((schema.required || []).map((name) => [name, schema.properties[name].type === 'integer' ? 1 : '']));
}

// bodyView returns a form for the body of a request. read returns it, with its type.
function bodyView(operation) {
  const content = operation.requestBody ? resolve(operation.requestBody).content : {};
  const types = Object.keys(content);
  if (!types.length) return {view: '', read: () => ({})};
  const type = make('select', {'aria-label': 'Type of the body', change: show}, types.map((t) => make('option', {value: t}, t)));
  const place = make('div', {});
  let read;
  function show() {
    const c = content[type.value];
    if (type.value === 'application/json') {
      const text = make('textarea', {'aria-label': 'Body in JSON', spellcheck: 'false'});
      text.value = json(firstExample(c));
      read = () => ({body: text.value, headers: {'Content-Type': type.value}});
      place.replaceChildren(text);
      return;
    }
    const multipart = type.value === 'multipart/form-data';
    const schema = resolve(c.schema);
    const inputs = Object.entries(schema.properties || {}).map(([name, p]) => [name,
      make('input', {'aria-label': name, type: /binary/.test(typeText(p)) ? 'file' : 'text', multiple: p.type === 'array'})]);
    read = () => ({body: formBody(inputs, multipart)});
    place.replaceChildren(make('table', {}, make('tbody', {}, inputs.map(([name, input]) => make('tr', {},
      make('th', {scope: 'row'}, make('code', {}, name)), make('td', {}, typeText(schema.properties[name])), make('td', {}, input))))));
  }
  show();
  const fields = opening({}, 'Fields', () => contentView(content));
  return {view: [make('h3', {}, 'Body'), type, fields, place], read: () => read()};
}

function formBody(inputs, multipart) {
  const body = multipart ? new FormData() : new URLSearchParams();
  for (const [name, input] of inputs) {
    if (input.type === 'file') [...input.files].forEach((file) => body.append(name, file));
    else if (input.value !== '') body.append(name, input.value);
  }
  return body;
}

// target returns the address and the headers of a request. The API is beside the document.
function target(path, inputs) {
  const url = new URL('.', source);
  const headers = {};
  for (const [p, input] of inputs) {
    const value = input.value;
    if (p.in === 'path') path = path.replace('{' + p.name + '}', () => encodeURIComponent(value));
    else if (value === '') continue;
    else if (p.in === 'query') url.searchParams.append(p.name, value);
    else headers[p.name] = value;
  }
  url.pathname = url.pathname.replace(/\/$/, '') + path;
  return {url, headers};
}

async function answerView(response) {
  const type = response.headers.get('Content-Type') || '';
  const blob = await response.blob();
  const views = [make('p', {class: response.ok ? '' : 'bad'}, make('strong', {}, String(response.status)), ' ' + response.statusText),
    make('pre', {tabindex: 0, 'aria-label': 'Headers'}, [...response.headers].map(([name, value]) => name + ': ' + value).join('\n'))];
  if (!blob.size) return views;
  if (!/^(text\/|application\/json)/.test(type)) {
    const link = make('a', {download: 'answer', href: URL.createObjectURL(blob)}, 'Save ' + blob.size + ' bytes');
    return [...views, make('p', {}, link)];
  }
  let text = await blob.slice(0, shown).text();
  if (blob.size > shown) text += '\n… and ' + (blob.size - shown) + ' bytes more';
  else if (/json/.test(type)) text = json(JSON.parse(text));
  return [...views, make('pre', {tabindex: 0, 'aria-label': 'Body'}, text)];
}

// operationView shows an operation, with a form that sends it.
function operationView(method, path, operation, parameters) {
  const {view: table, inputs} = parametersView(parameters);
  const {view: body, read} = bodyView(operation);
  const result = make('div', {role: 'status'});
  async function send(event) {
    event.preventDefault();
    result.replaceChildren('Waiting for the answer …');
    try {
      const {url, headers} = target(path, inputs);
      const sent = read();
      const response = await request(url, {method: method.toUpperCase(), body: sent.body, headers: {...headers, ...sent.headers}});
      const address = make('p', {class: 'path'}, make('code', {}, url.pathname + url.search));
      result.replaceChildren(make('h3', {}, 'Answer'), address, ...await answerView(response));
    } catch (error) {
      result.replaceChildren(make('p', {class: 'bad'}, 'No answer: ' + error.message));
    }
  }
  const write = !['get', 'head', 'options'].includes(method);
  const about = (operation.description || '').split('`').map((text, i) => i % 2 ? make('code', {}, text) : text);
  return [make('p', {}, about),
    make('form', {submit: send, class: 'try'}, table, make('div', {class: 'body'}, body),
      make('button', {}, 'Send ' + method.toUpperCase()), write ? make('small', {}, 'This changes the data of this desk.') : ''),
    result, make('h3', {}, 'Answers'), answersView(operation)];
}

// show lists the operations of the document by tag.
function show() {
  entries = [];
  page.about.textContent = (api.info && api.info.description) || '';
  const sections = new Map((api.tags || []).map((t) => [t.name, []]));
  for (const [path, item] of Object.entries(api.paths)) {
    for (const method of methods.filter((m) => Object.hasOwn(item, m))) {
      const operation = item[method];
      const parameters = [...(item.parameters || []), ...(operation.parameters || [])].map(resolve);
      const summary = [make('span', {class: 'method'}, method.toUpperCase()), make('code', {class: 'path'}, path), ' ',
        make('span', {class: 'soft'}, operation.summary || '')];
      const element = opening({class: 'operation', id: operation.operationId}, summary,
        () => operationView(method, path, operation, parameters));
      const tag = (operation.tags || ['api'])[0];
      entries.push({element, rare: method === 'head' || method === 'options',
        text: [method, path, operation.operationId, operation.summary, tag, ...parameters.map((p) => p.name)].join(' ').toLowerCase()});
      if (!sections.has(tag)) sections.set(tag, []);
      sections.get(tag).push(element);
    }
  }
  const list = [...sections].map(([tag, elements]) => make('section', {'aria-label': tag}, make('h2', {}, tag), elements));
  page.operations.replaceChildren(...list);
  search();
  reveal();
}

// search hides the operations that lack one of the words.
function search() {
  const words = page.search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const {element, text, rare} of entries) {
    element.hidden = rare && !page.all.checked || !words.every((word) => text.includes(word));
    if (!element.hidden) count++;
  }
  for (const section of page.operations.children) section.hidden = !section.querySelector('.operation:not([hidden])');
  page.found.textContent = entries.length ? count + (count === 1 ? ' operation' : ' operations') : '';
}

// reveal opens the operation that the address names.
function reveal() {
  const entry = entries.find((e) => e.element.id === location.hash.slice(1));
  if (!entry) return;
  entry.element.hidden = entry.element.parentElement.hidden = false;
  entry.element.open = true;
  entry.element.scrollIntoView();
}

async function load() {
  page.state.textContent = 'Loading the document …';
  try {
    const response = await request(source, {});
    if ([0, 401, 403].includes(response.status)) throw new Error('Log in, or enter a token above: the document depends on its reader.');
    if (!response.ok) throw new Error('The document could not be loaded: status ' + response.status + '.');
    api = await response.json();
    show();
    page.state.textContent = '';
  } catch (error) {
    page.state.textContent = error.message;
  }
}

page.find.addEventListener('submit', (event) => event.preventDefault());
page.search.addEventListener('input', search);
page.all.addEventListener('change', search);
page.login.addEventListener('submit', (event) => { event.preventDefault(); load(); });
window.addEventListener('hashchange', reveal);
load();
