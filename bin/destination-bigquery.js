#!/usr/bin/env node
import '../dist/bin/destination-bigquery.js'
