#!/bin/sh
# An exporter brings a shipment onto the register: a row a device, with a report of every row that was not taken.
#
#     examples/bulk-import/import.sh FACILITY-ID [DATA-FOLDER] [URL]
#
# Rows that were taken before are found again, not doubled: correct the others and send the same file.
set -eu
facility=${1:?name the facility where they stand: npx sextant facility list --as exporter}
data=${2:-.sextant/demo}
url=${3:-http://127.0.0.1:8080}
here=$(dirname "$0")
sed "s/FACILITY/$facility/" "$here/devices.csv" |
  npx sextant device import - --format csv --as exporter --data "$data" --url "$url"
