#!/bin/sh
# Prepares Temporal for Holdfast in docker-compose.yml; both steps may run any number of times.
#
#   setup.sh schema      the two databases of Temporal in PostgreSQL, before the server starts
#   setup.sh namespace   the namespace, once the server answers; `holdfast migrate` adds the search attributes
set -eu

schema() {
	for database in temporal:temporal temporal_visibility:visibility; do
		name=${database%%:*}
		kind=${database##*:}
		tool="temporal-sql-tool --plugin postgres12 --ep ${POSTGRES_SEEDS} -p 5432 -u ${POSTGRES_USER} --db ${name}"
		$tool create
		$tool setup-schema -v 0.0
		$tool update-schema -d "/etc/temporal/schema/postgresql/v12/${kind}/versioned"
	done
}

namespace() {
	until temporal operator cluster health >/dev/null 2>&1; do
		echo "waiting for the Temporal server"
		sleep 1
	done
	temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
		temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention 72h
}

"$1"
