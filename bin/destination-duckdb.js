#!/usr/bin/env node
import '../dist/destinations/duckdb/bin.js'
