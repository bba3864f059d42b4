import type { IncomingMessage } from 'node:http';
import { unlessKnown } from '../middleware/conditional.ts';
import type { Reply } from '../reply.ts';
import { CODINGS, chooseCoding } from './encoding.ts';
import { type PageFile, readPageFiles } from './files.ts';
import { CHANGES, NEVER_CHANGES, PAGE_HEADERS } from './headers.ts';

/** What people look at, served beside the routes of the API. */
export type Page = {
  /** False where there is only an answer that says how to make one. */
  readonly isBuilt: boolean;
  /**
   * The answer to a request that no route of the API takes; null where the page has none either. A person's way through
   * the page is a path of the page's own making, so that whatever a browser navigates to gets the page, and finds its own way.
   */
  readonly answer: (request: IncomingMessage, path: string) => Reply | null;
};

/** Where nothing but the API and files are: a wrong path there is a mistake, not a way. */
const NO_WAYS = /^\/(?:v1|assets|\.well-known)(?:\/|$)/;

/** Vite's: every name in it holds a digest. */
const HASHED = /^\/assets\//;

const UNBUILT =
  'This verifier serves its API, and its page was not built.\n' +
  'Build it with `npm run build`, and start the verifier again. The API is described at /openapi.json.\n';

/**
 * A built page, read into memory.
 * @param folder with index.html, and assets/ with hashed names
 * @throws PageError
 */
export function openPage(folder: string): Page {
  const files = readPageFiles(folder);
  const index = files?.get('/index.html');
  return {
    isBuilt: index !== undefined,
    answer: ({ method, headers }, path) => {
      if (method !== 'GET' && method !== 'HEAD') return null;
      const file = files?.get(path);
      if (file !== undefined) return fileReply(file, headers, HASHED.test(path) ? NEVER_CHANGES : CHANGES);
      if (NO_WAYS.test(path) || !takesHtml(headers.accept)) return null;
      if (index === undefined)
        return { status: 404, mediaType: 'text/plain; charset=utf-8', content: UNBUILT };
      return fileReply(index, headers, CHANGES);
    },
  };
}

function fileReply(
  { mediaType, variants }: PageFile,
  headers: IncomingMessage['headers'],
  cacheControl: string,
): Reply {
  const there = CODINGS.filter((coding) => variants[coding] !== undefined);
  const coding = chooseCoding(oneOf(headers['accept-encoding']), there);
  const { bytes, etag } = variants[coding] ?? variants.identity;
  const reply: Reply = {
    status: 200,
    mediaType,
    content: bytes,
    headers: {
      ...PAGE_HEADERS,
      etag,
      'cache-control': cacheControl,
      vary: 'accept, accept-encoding',
      ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
    },
  };
  return unlessKnown(headers['if-none-match'], reply);
}

/** What a browser says when somebody goes somewhere, and no program does by itself. */
function takesHtml(accept: string | undefined): boolean {
  return accept !== undefined && /(?:^|,)\s*text\/html\s*(?:[;,]|$)/i.test(accept);
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.join(', ');
}
