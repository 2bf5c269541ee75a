#!/usr/bin/env node
import '../dist/bin/destination-redshift.js'
