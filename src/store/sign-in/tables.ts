/** Who has signed in to the page. Instants are milliseconds since the epoch. */
export type SignInTables = {
  page_session: PageSessionTable;
  sign_in_flow: SignInFlowTable;
  issuer_subject: IssuerSubjectTable;
};

/** Somebody on the way to an issuer and back. A row is deleted by whoever comes back with its cookie: once. */
export type SignInFlowTable = {
  id: string;
  /** As a session's: state, nonce and code verifier follow from the cookie's value, and are kept nowhere. */
  secret_hash: string;
  /** The key that the session will be bound to. */
  jkt: string;
  return_to: string;
  expires_at_ms: number;
};

/** Who a person of an issuer is here, for good. */
export type IssuerSubjectTable = {
  issuer: string;
  /** SHA-256 of the subject, domain `issuer-subject`, with the issuer: nobody reads from here who it is there. */
  subject: string;
  principal_id: string;
};

/** A row is deleted when its session is ended; one that has run out, when somebody signs in later. */
export type PageSessionTable = {
  id: string;
  /** SHA-256 of the cookie's value, domain `page-session`: the value itself is in the browser and nowhere else. */
  secret_hash: string;
  /** Thumbprint of the key that every request of the session proves. */
  jkt: string;
  principal_id: string;
  /** The token that it was opened with, and ends with; null where an issuer vouched for the person. */
  token_id: string | null;
  /** As the principal had them then: a session does not outlive a change of either. */
  role: string;
  tenant: string;
  /** Scopes in order, parted by spaces. */
  scopes: string;
  /** 1 where the token behind it only reads. */
  reads_only: number;
  created_at_ms: number;
  /** To the minute. */
  seen_at_ms: number;
  expires_at_ms: number;
};
