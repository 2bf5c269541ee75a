#!/usr/bin/env node
import '../dist/bin/destination-snowflake.js'
