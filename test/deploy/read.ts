import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';

export const DEPLOY = resolve(import.meta.dirname, '../../examples/deploy');

/** One of the files that people deploy with, by its path there. */
export function deployed(path: string): string {
  return readFileSync(resolve(DEPLOY, path), 'utf8');
}

/** What tests look at of a document, whatever it is. */
// biome-ignore lint/suspicious/noExplicitAny: manifests are read as their readers read them, by path
export type Loose = any;

/** Every document of a YAML file, its anchors resolved. @throws where one is not YAML, or names a key twice */
export function documents(path: string): Loose[] {
  return parseAllDocuments(deployed(path), { uniqueKeys: true, merge: false }).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS();
  });
}
