/** Names under which guest tools, hosts and the key distribution service leave the parts of SEV-SNP evidence. */
export const REPORT_NAME =
  /^(?:(?:attestation|guest|snp)[-_]?)?report(?:\.(?:bin|raw|dat|hex|b64|base64))?$|^outblob(?:\.bin)?$/;
export const TABLE_NAME = /^(?:auxblob|certs)(?:\.bin)?$/;
export const CRL_NAME = /^(?:[\w.-]*[-_])?crl(?:[-_][\w.-]*)?\.(?:der|pem)$|\.crl$/i;
export const ENDORSEMENT_NAME =
  /^(?:vcek|vlek|ask|asvk|ark|ask_ark\w*|ark_ask\w*|cert_?chain)(?:\.(?:pem|der|crt|cert?))?$/i;
const LEAF_NAME = /^(?:vcek|vlek)(?:\.|$)/i;
const CERTIFICATE_NAME = /\.(?:pem|der|crt|cert?)$/i;

/** Whether a file holds certificates by its name, of whatever kind. */
export function isCertificate(name: string): boolean {
  return (CERTIFICATE_NAME.test(name) || ENDORSEMENT_NAME.test(name)) && !CRL_NAME.test(name);
}

/** Whether a file comes with a report and with nothing else. */
export function isEndorsement(name: string): boolean {
  return ENDORSEMENT_NAME.test(name) || TABLE_NAME.test(name);
}

/** Whether a file holds, by its name, the certificate of the key that signed the report. */
export function isLeaf(name: string): boolean {
  return isEndorsement(name) && LEAF_NAME.test(name);
}
