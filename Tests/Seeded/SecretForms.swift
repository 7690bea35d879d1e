/// Ways in which secrets come along, each as the name and the text of a member.
///
/// Put together here, so that nothing that looks like a key stands in a file.
package enum SecretForms {
    /// What must not be found in anything that is stored.
    package static let body = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    private static let word = "hunter2" + "Hunter2"

    package static let all: [(name: String, text: String)] =
        [
            "openai_api_key", "OPENAI_API_KEY", "OPENAI_API_KEY_PROD", "anthropicApiKey", "X-Api-Key", "x-goog-api-key",
            "Ocp-Apim-Subscription-Key", "apikey", "api_key_2", "db_password", "DB_PASSWORD", "dbPassword",
            "dbpassword",
            "smtp_pass", "userPwd", "password.value", "aws_secret_access_key", "AWS_SESSION_TOKEN", "clientSecret",
            "webhook-secret", "github_token", "slackBotToken", "access_token", "refreshToken", "id_token",
            "csrf_token", "private_key", "privateKeyPem", "signing_key", "jwt_secret", "Authorization",
            "Proxy-Authorization", "Set-Cookie", "cookie", "credentials", "azure.account_key", "storage-account-key",
            "connection_string", "stripe_key", "openai.key", "ssh_key", "master_key", "token",
        ].map { ($0, Self.body) }
        + [
            ("url", "postgres://app:" + Self.word + "@db.example/app"),
            ("url", "mongodb+srv://app:" + Self.word + "@cluster.example/?w=majority"),
            ("url", "redis://:" + Self.word + "@cache:6379/0"),
            ("url", "https://a.example/x?b=1&token=" + Self.body), ("url", "https://a.example/x?api_key=" + Self.body),
            ("url", "https://a.example/cb#access_token=" + Self.body),
            ("url", "https://x.blob.example/c?sv=2024&sig=" + Self.body),
            ("url", "https://hooks.slack.com/services/" + "T0123ABCD/B0123ABCD/" + Self.body),
            ("url", "https://discord.com/api/webhooks/" + "123456789012345678/" + Self.body),
            ("dsn", "Server=db;User Id=app;Password=" + "correct!horse;Database=app"),
            ("dsn", "host=db user=app password=" + Self.word + " dbname=app"),
            ("dsn", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + Self.body + "==;EndpointSuffix=x"),
            ("url", "https://a.example/x?api%5Fkey=" + Self.body), ("otp", Self.body), ("pass_word", Self.word),
            ("text", "curl -u admin:" + Self.word + " https://a.example"), ("text", "mysql -p" + Self.word + " app"),
            ("text", "curl --user 'admin:" + Self.word + "' https://a.example"),
            ("text", "{\"name\":\"OPENAI_API_KEY\",\"value\":\"" + Self.body + "\"}"),
            ("text", "{\"api_key\": \"" + Self.body + "\"}"),
            ("text", "{\\\"db_password\\\":\\\"" + Self.word + "\\\"}"),
            ("text", "{'openai_api_key': '" + Self.body + "'}"),
            ("text", "{\"tool\":\"fetch\",\"input\":{\"githubToken\":\"" + Self.body + "\"}}"),
            ("text", "curl -H 'Authorization: Bearer " + Self.body + "' https://api.example"),
            ("text", "Authorization: Basic " + "YXBwOnN3b3JkZmlzaA=="), ("text", "X-Api-Key: " + Self.body),
            ("text", "export OPENAI_API_KEY=" + Self.body), ("text", "run --password=" + Self.word + " --verbose"),
            ("text", "db_password: " + Self.word), ("text", "client = Client(api_key=\"" + Self.body + "\")"),
            ("note", "My password is " + "hunter2secret"), ("note", "The API key is " + Self.body + "."),
            ("pat", Self.body), ("OPENAIKEY", Self.body), ("githubtoken", Self.body),
            ("text", "bot 123456789:" + "AAF" + Self.body.prefix(32)), ("text", "AKIA" + "IOSFODNN7EXAMPLE"),
            (
                "text",
                "-----BEGIN OPENSSH " + "PRIVATE KEY-----\n" + Self.body + "\n-----END OPENSSH " + "PRIVATE KEY-----"
            ),
        ]
        + [
            "sk-", "sk-ant-api03-", "sk-proj-", "sk-lf-", "sk_live_", "rk_live_", "whsec_", "ghp_", "gho_",
            "github_pat_", "glpat-", "xoxb-", "xoxp-", "xapp-1-", "AIza", "GOCSPX-", "ya29.", "SG.", "npm_", "hf_",
            "pypi-",
            "eyJhbGciOiJIUzI1NiJ9.", "gsk_", "xai-", "pplx-", "r8_", "tvly-", "lsv2_pt_", "nvapi-", "dop_v1_", "shpat_",
            "sq0csp-", "glsa_", "hvs.", "dckr_pat_", "ATATT3x", "NRAK-", "xkeysib-", "sntrys_",
        ].map { ("text", "use " + $0 + Self.body + ", please") }

    /// Names and texts in which no secret stands.
    package static let harmless: [(name: String, text: String)] =
        [
            "gen_ai.usage.input_tokens", "llm.token_count.prompt", "max_tokens", "tokenizer", "gen_ai.token.type",
            "keyboard", "secretary", "aws.secretsmanager.secret.arn", "monkey", "authorization.result",
            "cookies_enabled", "apikeys", "primary_key", "foreign_key", "cache_key", "sort_key", "idempotency_key",
            "public_key", "langfuse.public_key", "api_key_id", "api_key_hash", "key_prefix", "password_hash",
            "password_changed_at", "secret_name", "token_count", "next_page_token", "pageToken", "continuation_token",
            "token_type", "session.id", "key", "name", "author", "passed", "compass", "bypass", "authority",
            "authenticated", "signature", "credential_type", "private_key_path", "service.name", "credit_card_key",
        ].map { ($0, "hunter2-hunter2") }
        + [
            "ask-the-customer-for-more-details-please", "sk-short", "task-1234567890123456789012345",
            "https://user@host.example/path", "postgres://app:${PASSWORD}@db.example/app", "mailto:a@b.example", "AKIA",
            "ASIA-PACIFIC-REGION-2024-05", "a model with max_tokens of 2048",
            "Bearer authentication is not supported here", "{\"password\": {\"type\": \"string\"}}",
            "{\"password\": \"The password of the user\"}", "{\"api_key\": null}", "https://a.example/?key=name&page=2",
            "http://localhost:8080/a@b", "f(password=password, token=token)", "risk-adjusted-return-2024-2025-2026",
            "{\"completion_tokens\": \"12345678901234567890\"}", "api_key=os.environ[\"OPENAI_API_KEY\"]",
            "token=get_token2()", "password: required, 8 to 64 characters", "Authorization: see section 4.2",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-1a2b3c",
            "my password is wrong, said customer 1234567",
            "xai-grok-4-fast-reasoning-2025", "llama-3.1-sonar-small-128k-online", "key=order 12",
            "fw_version_12_of_2025",
            "12:30:45 token: 3 of 4", "SELECT token, password FROM users WHERE id = 12345",
            "api_key: ${OPENAI_API_KEY}",
            "{\"token\": \" world\"}", "{\"next_page_token\": \"CAUQAA1b2c3d4e\"}", "X-Api-Key: <your key 123>",
            "the secret is 42", "PWD=/srv/app2/current", "password=****", "id 0198f1c2-3d4e-7f5a-8b6c-9d0e1f2a3b4c",
            "docker run -u 1000:1000 -p8080:80 mysql", "docker run --name mysql -p3306:3306 mysql:8",
            "hf_transformers_pipeline", "the password is required, 12 characters", "the secret is a gpt4-based prompt",
            "its secret is out2tomorrow", "the password is 10-minute old", "{\"api_key\": \"env:OPENAI_API_KEY\"}",
            "{\"name\":\"region\",\"value\":\"eu-west-1a2b3c\"}", "a sk_live_ key",
            "ask_live_audience_questions_tonight",
        ].map { ("text", $0) }
}
