/** The label and media type of the binding in a collection. */
export const BINDING_LABEL = 'binding';
export const BINDING_MEDIA_TYPE = 'application/vnd.sextant.binding+json';

/** A TPM 2.0 quote with the PCR values that it covers: see tpm-item.ts for the shape. */
export const TPM_QUOTE_MEDIA_TYPE = 'application/vnd.sextant.tpm-quote+json';

/** The collection's type (RATS CMW, `__cmwc_t`). */
export const COLLECTION_TYPE = 'tag:sextant,2026:bundle';
