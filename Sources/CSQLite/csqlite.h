#pragma once
#include <sqlite3.h>

/* sqlite3_config is variadic, which Swift cannot call. Without memory statistics no allocation takes SQLite's global lock. */
static inline int csqlite_disable_memory_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

/* Variadic too. For this connection only: statements prepared from now on run no trigger. */
static inline int csqlite_disable_triggers(sqlite3 *db) { return sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, (int *)0); }
