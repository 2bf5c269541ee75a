#!/usr/bin/env node
import '../dist/destinations/snowflake/bin.js'
