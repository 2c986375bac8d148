# Policies that cannot be read, each where it stops being one.
resource "aws_iam_role_policy" "comma" {
  name   = "comma"
  role   = "work"
  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObject",, "Resource": "*"}
  ]
}
EOF
}

resource "aws_iam_role_policy" "effect" {
  name   = "effect"
  role   = "work"
  policy = jsonencode({ Statement = [{ Effect = "Alow", Action = "s3:*", Resource = "*" }] })
}

resource "awscc_iam_role" "other" {
  role_name = "other"
}
