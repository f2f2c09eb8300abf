/**
 * The page's state as the hash of its address, and back: `#lab`, or `#lab/…` with the state as JSON, deflated, in base64url.
 * A hash may come from anybody: it is data, of bounded size, checked field by field; nothing of it is ever run or taken
 * for HTML.
 */
import { deflateSync, Inflate, strFromU8, strToU8 } from 'fflate';
import * as v from 'valibot';
import { jsonFault } from '../../core/json-keys.js';
import { wholeText } from '../../core/text.js';
import { checkRun, labSchema } from '../lab/lab-state.js';
import { walkthroughSchema } from '../walkthrough/walkthrough-state.js';
import { type PageState, START, VIEWS } from './page-state.js';

/** Characters of a hash, at most: what browsers and chats still pass on. */
export const MOST_CHARACTERS = 256 * 1024;
/** Bytes of a state, at most. */
const MOST_BYTES = 4 * 1024 * 1024;
const MOST_DEPTH = 32;
/** Characters of what is said about a link: it may quote the link. */
const MOST_SAID = 300;

/** Of a place in it, or a value, that is quoted. */
const MOST_PLACE = 80;

const schema = v.strictObject({ walkthrough: v.optional(walkthroughSchema), lab: v.optional(labSchema) });

/** @returns with its `#` */
export function hashOf(state: PageState): string {
  const own = { walkthrough: state.walkthrough, lab: state.lab };
  const changed = Object.fromEntries(
    Object.entries(own).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify(START[name as keyof typeof own]),
    ),
  );
  if (Object.keys(changed).length === 0) return `#${state.view}`;
  return `#${state.view}/${toBase64Url(deflateSync(strToU8(JSON.stringify(changed)), { level: 9 }))}`;
}

export interface ReadLink {
  readonly state: PageState;
  /** What is wrong with it, and what is shown instead, in one sentence; undefined where nothing is. */
  readonly problem: string | undefined;
}

/** @param hash with or without its `#`; an empty one is the start */
export function readHash(hash: string): ReadLink {
  const text = hash.replace(/^#/, '');
  if (text === '') return { state: START, problem: undefined };
  const [name, payload] = split(text);
  const view = VIEWS.find((one) => one === name);
  if (!view) return { state: START, problem: 'The link leads to no part of this page; the start is shown.' };
  if (payload === undefined) return { state: { ...START, view }, problem: undefined };
  try {
    return { state: { ...START, view, ...parse(payload) }, problem: undefined };
  } catch (error) {
    const why = shortened(error instanceof Error ? error.message : String(error));
    const said = error instanceof LinkError ? why : `The link holds a run that is refused: ${why}`;
    return { state: { ...START, view }, problem: `${said} The usual start is shown instead.` };
  }
}

/** Says in a sentence what is wrong with a link, and what can be done. */
class LinkError extends Error {
  override readonly name = 'LinkError';
}

/** @param how as in `The link is damaged: it is cut off.` */
function damaged(how: string): LinkError {
  return new LinkError(`The link is damaged: ${how}; ask for it again.`);
}

/** What is said may quote the link: no sign of it breaks the line or turns the direction of writing. */
function shortened(text: string): string {
  const part = text.slice(0, MOST_SAID).replace(/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/gu, '\ufffd');
  return text.length <= MOST_SAID ? part : `${part} … .`;
}

function split(text: string): [name: string, payload: string | undefined] {
  const slash = text.indexOf('/');
  return slash < 0 ? [text, undefined] : [text.slice(0, slash), text.slice(slash + 1)];
}

type Carried = Partial<Pick<PageState, 'walkthrough' | 'lab'>>;

function parse(payload: string): Carried {
  if (payload === '') throw damaged('nothing follows its last slash');
  if (payload.length > MOST_CHARACTERS) {
    const sizes = `it has ${wholeText(payload.length)} characters, and ${wholeText(MOST_CHARACTERS)} are read at most`;
    throw new LinkError(`The link is too long: ${sizes}; ask for the run as a file.`);
  }
  const json = strFromU8(inflate(fromBase64Url(payload)));
  const document = withoutInherited(parseJson(json));
  if (jsonFault(json, MOST_DEPTH)) throw damaged('a field stands in it twice, or it is nested too deep');
  const checked = v.safeParse(schema, document);
  if (!checked.success) throw new LinkError(issueText(checked.issues[0]));
  if (checked.output.lab) checkRun(checked.output.lab.run);
  // The fields of the run were checked just now, which its type cannot tell.
  return checked.output as unknown as Carried;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw damaged('it holds no JSON');
  }
}

/** Refuses what every object has already, `__proto__` and `constructor` too: whoever copies such a field copies more than data. */
function withoutInherited(document: unknown): unknown {
  for (const rest: unknown[] = [document]; rest.length > 0;) {
    const value = rest.pop();
    if (typeof value !== 'object' || value === null) continue;
    const name = Object.keys(value).find((key) => key in Object.prototype);
    if (name !== undefined) throw damaged(`it has a field called ${name}, which no run has`);
    for (const inner of Object.values(value)) rest.push(inner);
  }
  return document;
}

/** Stops as soon as it is too much, so that a few bytes cannot fill the memory. */
function inflate(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  const inflated = new Inflate((part) => {
    size += part.length;
    if (size > MOST_BYTES) throw damaged('it unpacks to more than a run');
    parts.push(part);
  });
  try {
    // In pieces, since all that a piece unpacks to is made at once.
    for (let first = 0; first < bytes.length; first += 1024) {
      inflated.push(bytes.subarray(first, first + 1024), first + 1024 >= bytes.length);
    }
  } catch (error) {
    throw size > MOST_BYTES ? error : damaged('it is cut off or changed');
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What is no state of this page, with its place. */
function issueText({ path, type, expected, received, message }: v.BaseIssue<unknown>): string {
  const place = path
    ?.map(({ key }) => String(key))
    .join('.')
    .slice(0, MOST_PLACE);
  if (type === 'strict_object' && expected === 'never') {
    return `The link has a field ${place}, which this page does not know.`;
  }
  // A schema that has a message of its own says what it wants in it.
  const wanted = message.startsWith('Invalid') ? expected : message;
  if (received === 'undefined') return `The link lacks ${place}.`;
  const found = received.length <= MOST_PLACE ? received : `${received.slice(0, MOST_PLACE)}…`;
  return `The link says ${found} ${place === undefined ? 'at its start' : `for ${place}`}, where ${wanted} is expected.`;
}

function toBase64Url(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array {
  if (!/^[\w-]+$/.test(text)) throw damaged('it has characters that no link has');
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  } catch {
    throw damaged('it is cut off');
  }
}
