"""Which products a customer will buy: features, model, selection and their judgement."""
