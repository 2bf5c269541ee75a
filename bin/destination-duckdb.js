#!/usr/bin/env node
import '../dist/bin/destination-duckdb.js'
