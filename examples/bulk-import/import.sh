#!/bin/sh
# An exporter brings a shipment onto the register: a row a device, with a report of every row.
#
#     SEXTANT_DATA=.sextant/demo examples/bulk-import/import.sh FACILITY-ID [FILE.csv]
#
# FACILITY in the file stands for the facility. Rows that were taken before are found again, not doubled: correct the others and
# send the same file. It ends with 1 while any row is rejected. SEXTANT_URL names another verifier, SEXTANT_TOKEN another token than the exporter's that is saved in SEXTANT_DATA,
# SEXTANT another program.
set -eu
facility=${1:?name the facility where they stand: npx sextant facility list --as exporter}
file=${2:-$(dirname "$0")/devices.csv}
if [ -n "${SEXTANT_TOKEN:-}" ]; then set --; else set -- --as exporter; fi
sed "s/FACILITY/$facility/" "$file" | ${SEXTANT:-npx sextant} device import - --format csv "$@"
