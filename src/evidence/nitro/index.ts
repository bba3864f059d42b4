/** AWS Nitro Enclaves: attestation documents, verified offline. */
export { type NitroDocument, parseNitroDocument } from './document.ts';
export { readDocumentFile } from './file.ts';
export { type NitroDocumentInput, type NitroDocumentResult, verifyNitroDocument } from './verify.ts';
