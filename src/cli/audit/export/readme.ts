/** What somebody reads first who was handed an export. */
export const README = `# Evidence, for whoever wants to judge it without the verifier
\`appraisals/\` holds what hosts submitted and what it was judged by, in the forms of the vendors' own tools; \`decisions/\` what was decided on it; \`log/\` the checkpoint and the key of the transparency
log. Each folder of evidence has a README with the exact commands.

1. Nothing was changed since the export: \`sha256sum -c SHA256SUMS\`. \`manifest.json\` says what was asked for, and under \`notPerformed\` what could not be handed out.
2. Who put it together: if there is a \`manifest.sig\`, \`openssl pkeyutl -verify -pubin -inkey manifest.pub -rawin -in manifest.json -sigfile manifest.sig\` (of a P-256 key
   \`openssl dgst -sha256 -verify manifest.pub -signature manifest.sig manifest.json\`). Compare \`manifest.pub\` with what that person published.
3. What the verifier recorded: \`*/log/act.tlog-proof\` prove each act under \`log/checkpoint\` (C2SP tlog-proof, tlog-checkpoint). Compare \`log/key\` with what the operator published elsewhere.
4. The evidence itself: the README in each folder of \`appraisals/\`.

Of these commands, those of tpm2-tools (\`tpm2_checkquote\`, \`tpm2_eventlog\`) and openssl, and \`recompute.sh\`, are run by Sextant's own tests. Those of Intel's QuoteVerificationSample, \`dcap-qvl\`,
\`snpguest\` and \`nvattest\` follow those tools' documentation and nobody has run them: where one does not do what a README says, the tool is right.

What the hardware signed is genuine only under the vendors' own roots: get those from the vendors and not from here.
`;
