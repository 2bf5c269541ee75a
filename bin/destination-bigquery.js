#!/usr/bin/env node
import '../dist/destinations/bigquery/bin.js'
