#!/bin/sh
# Stands in for the command by whose name it is called: logs the call, then does what the test has written down.
# (A link to this file and not a script per test: Linux refuses to run a file that anybody still has open to write.)
echo "${0##*/} $*" >> "${0%/*}/commands.log"
. "$0.script"
