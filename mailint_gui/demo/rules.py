"""The email rules of the demo, as an admin would import them."""

DEMO_RULES = """
[[rule]]
name = "Locked out"
addresses = ["Support"]
[rule.condition]
any = [
    { field = "subject", operator = "contains", value = "locked" },
    { field = "subject", operator = "contains", value = "badge" },
    { field = "subject", operator = "contains", value = "VPN" },
]
[[rule.action]]
kind = "set_category"
value = "Access"
[[rule.action]]
kind = "set_urgency"
value = "High"

[[rule]]
name = "Printers"
[rule.condition]
any = [
    { field = "subject", operator = "contains", value = "printer" },
    { field = "attachment_name", operator = "ends_with", value = ".log" },
]
[[rule.action]]
kind = "set_category"
value = "Hardware"
[[rule.action]]
kind = "assign_group"
value = "Workshop"
[[rule.action]]
kind = "tag"
value = "printer"
"""
"""They show what is filed how, and send nothing: no rule is needed for mail to reach a record."""
