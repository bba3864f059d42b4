/**
 * Departures from DER or from RFC 5280 section 4 that genuine certificates are known to have. Each is tolerated by name,
 * recorded in the parsed certificate, and refused by the profiles `rfc5280` and `webpki`. Whatever is not in this list is
 * refused by the parser, whoever issued it.
 */
export type Departure =
  /** 4.1.2.2: AMD's VCEKs all carry zero. */
  | 'serial_zero'
  /** 4.1.2.2: old authorities, and NIST's path validation suite. */
  | 'serial_negative'
  /** 4.1.2.2: a number of more than 20 octets, its sign octet not counted. */
  | 'serial_too_long'
  /** 4.1.2.5: GeneralizedTime before 2050 (Alibaba's vTPM authority). */
  | 'generalized_time_early'
  /** X.690 section 11.6: the attributes of a multi-valued RDN not in order (Nuvoton's TPM authorities). */
  | 'rdn_out_of_order'
  /** X.690 section 11.2.2: zero bits at the end of KeyUsage (AMD's ASKs, Infineon's TPM authorities). */
  | 'key_usage_trailing_zeros'
  /** X.690 section 11.5: `critical` FALSE or `cA` FALSE spelled out. */
  | 'default_spelled_out';

/** Collects departures while a certificate is read. */
export type Departures = Set<Departure>;
